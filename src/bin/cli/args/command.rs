//! The commands as clap knows them: for help, completions and the manual page.

use clap::{Arg, ArgAction, Command, CommandFactory as _, builder::PossibleValuesParser};
use clap_complete::Shell;

use super::{
    AWS, OURS, SKELETON, Settings,
    globals::{IDLE_FLAGS, IDLE_OPTIONS},
};
use crate::{
    model::{OPERATIONS, Operation},
    shape::{Member, Shape},
};

const EXIT_CODES: &str = "\
Exit codes:
    0  done
  252  the command line is wrong, or a file that an option names can't
       be read; nothing was sent
  254  the service, or Cognito, said no
  255  no answer: nobody there, no gRPC, no TLS, no time; or, as in the
       AWS CLI, a file in shorthand (Value@=file://FILE) can't be read,
       a setting can't be used (a time-out, --profile, --region,
       --ca-bundle, AWS_DEFAULT_OUTPUT), or the reply can't be shown as
       it was asked for";

/// The whole tree.
pub fn root() -> Command {
    settings()
        .after_help(EXIT_CODES)
        .subcommands(OPERATIONS.iter().map(operation))
        .subcommand(
            Command::new("completions")
                .about("Prints what makes a shell complete this program's words")
                .arg(
                    Arg::new("shell")
                        .required(true)
                        .help("The shell that it is for")
                        .value_parser(PossibleValuesParser::new(SHELLS.map(|(name, _)| name))),
                )
                .after_help("Example:\n  source <(user-attributes completions bash)"),
        )
        .subcommand(
            Command::new("man")
                .about("Prints the manual page, of this program or of a command")
                .arg(Arg::new("command").help("The command; without one, the program"))
                .after_help("Example:\n  user-attributes man get-user | man -l -"),
        )
}

pub const SHELLS: [(&str, Shell); 3] = [
    ("bash", Shell::Bash),
    ("zsh", Shell::Zsh),
    ("fish", Shell::Fish),
];

/// What stands beside every command.
pub fn settings() -> Command {
    let flags = IDLE_FLAGS.map(|name| Arg::new(name).action(ArgAction::SetTrue));
    let options = IDLE_OPTIONS.map(|(name, values)| match values {
        [] => Arg::new(name),
        values => Arg::new(name).value_parser(PossibleValuesParser::new(values)),
    });
    let idle = flags.into_iter().chain(options).map(|arg| {
        let name = arg.get_id().to_string();
        arg.long(name)
            .help("Accepted, and without a meaning here")
            .help_heading(AWS)
            .global(true)
    });
    let prompt = Arg::new("cli-auto-prompt")
        .long("cli-auto-prompt")
        .action(ArgAction::SetTrue)
        .help("Refused: this client has no prompts")
        .help_heading(AWS)
        .global(true);
    Settings::command().args(idle).arg(prompt)
}

/// An operation's command.
pub fn operation(operation: &'static Operation) -> Command {
    let given = |name: &'static str, value: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help_heading(AWS)
    };
    let command = Command::new(operation.command)
        .about(operation.about)
        .after_help(format!(
            "Example:\n  user-attributes {} {}\n\n{EXIT_CODES}",
            operation.command, operation.example
        ))
        .args(operation.input.iter().map(parameter))
        .arg(given("cli-input-json", "JSON").help(
            "All parameters at once, as JSON, or in file://FILE. Other options replace its \
             members.",
        ))
        .arg(given("cli-input-yaml", "YAML").help("The same as YAML"))
        .arg(
            given(SKELETON, "KIND")
                .num_args(0..=1)
                .value_parser(PossibleValuesParser::new(SKELETONS))
                .help("Prints a sample of the input or of the output, and sends nothing"),
        )
        .arg(
            Arg::new("access-token-file")
                .long("access-token-file")
                .value_name("FILE")
                .help_heading(OURS)
                .help(
                    "File that holds the access token, and one line break at most. Others can't \
                     read it as they can read a command line.",
                ),
        );
    if operation.method.is_read() {
        return command;
    }
    command.arg(
        Arg::new("request-id")
            .long("request-id")
            .value_name("ID")
            .help_heading(OURS)
            .help(
                "Makes the change safe to repeat: 1 to 128 visible ASCII characters, made up for \
                 each change. Without it, this client makes one up, and says it on failure.",
            ),
    )
}

/// The kinds of samples, the default first.
pub const SKELETONS: [&str; 3] = ["input", "yaml-input", "output"];

/// The option of a parameter. Whether it is there is ours to check: it may be in the input, too.
fn parameter(member: &'static Member) -> Arg {
    let (value, how) = match member.shape {
        Shape::List(Shape::Structure(_)) => (
            "Name=NAME,Value=VALUE",
            " One a word, or all of them as JSON or in file://FILE.",
        ),
        Shape::List(_) => (
            "NAME",
            " One a word, or all of them as a JSON list or in file://FILE.",
        ),
        Shape::Map => (
            "KEY=VALUE,KEY=VALUE",
            " In one word, or as JSON or in file://FILE.",
        ),
        _ if member.is_secret() => (
            "SECRET",
            " Others can read it on a command line: it can stand in file://FILE.",
        ),
        _ => ("TEXT", ""),
    };
    let source = match member.name {
        "AccessToken" => {
            " Where it isn't given, the one in --access-token-file counts, then that of \
             --cli-input-json or --cli-input-yaml, then the environment's. \
             [env: USER_ATTRIBUTES_ACCESS_TOKEN]"
        }
        _ => "",
    };
    let required = if member.required { " [required]" } else { "" };
    let arg = Arg::new(member.name)
        .long(member.option())
        .value_name(value)
        .help_heading(AWS_PARAMETERS)
        .help(format!("{}{how}{source}{required}", member.about));
    match member.shape {
        Shape::List(_) => arg.num_args(0..).action(ArgAction::Set),
        _ => arg,
    }
}

const AWS_PARAMETERS: &str = "Parameters";

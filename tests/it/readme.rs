//! The README's tables say what the binary and the contract do.

use std::{collections::BTreeSet, fs, path::Path};

use clap::CommandFactory as _;
use user_attributes::{
    app::Args,
    proto::{Operation, code_name},
};

use crate::{cli::client, support::Server};

const README: &str = include_str!("../../README.md");

/// The rows of the table under a heading, without its head.
pub fn rows(heading: &str) -> impl Iterator<Item = &'static str> {
    rows_of(README, heading)
}

/// The same, of another text.
pub fn rows_of<'a>(text: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let section = text.split(heading).nth(1).expect("the heading");
    let section = section.split("\n## ").next().unwrap_or(section);
    let lines = section.split_inclusive('\n');
    lines.filter(|line| line.starts_with('|')).skip(2)
}

/// Their cells.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    rows(heading)
        .map(|row| {
            row.trim()
                .trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect()
        })
        .collect()
}

pub fn code_spans(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The first word of each line of a help's section.
fn listed<'a>(help: &'a str, section: &str) -> Vec<&'a str> {
    let section = help.split(section).nth(1).expect("the section");
    let lines = section.trim_start().lines();
    lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

#[tokio::test]
async fn the_table_of_commands_is_the_clients_help() {
    let documented: Vec<_> = table("## Call it")
        .iter()
        .map(|row| {
            let options = code_spans(row[1]).into_iter().map(str::to_owned);
            (code_spans(row[0])[0].to_owned(), options.collect())
        })
        .collect();

    let help = client(&["help"], &[]).await.stdout;
    let commands = listed(&help, "Commands:");
    let mut real = Vec::new();
    let others = ["completions", "man", "help"];
    for command in commands.into_iter().filter(|it| !others.contains(it)) {
        let help = client(&[command, "help"], &[]).await.stdout;
        let options: Vec<_> = listed(&help, "Parameters:")
            .into_iter()
            .filter(|it| it.starts_with("--") && *it != "--access-token")
            .map(str::to_owned)
            .collect();
        real.push((command.to_owned(), options));
    }

    assert_eq!(documented, real);
    assert_eq!(documented.len(), Operation::ALL.len());
}

#[tokio::test]
async fn the_table_of_tls_is_the_clients_help() {
    let documented: Vec<_> = table("## Over TLS")
        .iter()
        .map(|row| (code_spans(row[0])[0], code_spans(row[1])[0]))
        .collect();
    let help = client(&["get-user", "help"], &[]).await.stdout;
    let options = listed(&help, "Options of this client:").into_iter();
    let options: Vec<_> = options.filter(|it| it.starts_with("--tls-")).collect();
    assert_eq!(
        documented.iter().map(|it| it.0).collect::<Vec<_>>(),
        options
    );
    for (option, variable) in documented {
        let name = option.to_uppercase().replace("--", "").replace('-', "_");
        assert_eq!(variable, format!("USER_ATTRIBUTES_ENDPOINT_{name}"));
        assert!(help.contains(&format!("[env: {variable}]")), "{help}");
    }
}

#[test]
fn the_settings_table_is_the_command_line() {
    let documented: BTreeSet<_> = table("## Settings")
        .iter()
        .map(|row| {
            (
                row[0].to_owned(),
                code_spans(row[1])[0].to_owned(),
                row[2].to_owned(),
            )
        })
        .collect();
    let real: BTreeSet<_> = Args::command()
        .get_arguments()
        .filter(|arg| arg.get_env().is_some() && !arg.is_hide_set())
        .map(|arg| {
            let flag = format!("`--{}`", arg.get_long().expect("a flag"));
            let env = arg.get_env().expect("filtered").to_str().expect("text");
            let default = match arg.get_default_values().first() {
                Some(default) => format!("`{}`", default.to_str().expect("text")),
                None => String::new(),
            };
            (flag, env.to_owned(), default)
        })
        .collect();
    assert_eq!(documented, real);
}

#[test]
fn the_second_names_of_aws_are_real() {
    let command = Args::command();
    let hidden: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.is_hide_set())
        .filter_map(|arg| arg.get_env()?.to_str())
        .collect();
    let documented: Vec<_> = table("## Settings")
        .iter()
        .flat_map(|row| code_spans(row[1]).into_iter().skip(1))
        .collect();
    assert_eq!(documented, hidden);
}

#[tokio::test]
async fn the_error_table_is_what_the_server_answers() {
    let documented: BTreeSet<_> = table("## Errors")
        .iter()
        .flat_map(|row| {
            let outcomes = row[2].split(", ");
            outcomes.map(|outcome| {
                (
                    code_spans(row[0])[0].to_owned(),
                    row[1].to_owned(),
                    outcome.to_owned(),
                )
            })
        })
        .collect();
    // A bug can't be asked for: the server's own unit test has it, of a read and of a change.
    let bug = |outcome: &str| ["INTERNAL", "INTERNAL", outcome].map(str::to_owned).into();
    let mut real = BTreeSet::from(["not_applied", "unknown"].map(bug));
    for failure in crate::errors::failures().await {
        real.insert((
            failure.reason,
            code_name(failure.code).to_owned(),
            failure.outcome,
        ));
    }
    assert_eq!(documented, real);
}

#[test]
fn each_other_line_of_the_log_is_one_that_the_server_writes() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    for row in table("### Other lines") {
        let (level, fields) = (row[1].to_lowercase(), code_spans(row[2]));
        for message in code_spans(row[0]) {
            let literal = format!("{message:?}");
            let mut ends = sources.match_indices(&literal).map(|(at, _)| at);
            let is_written = ends.any(|end| {
                let before = sources[..end].rsplit(';').next().unwrap_or_default();
                let call = before.split(&format!("tracing::{level}!(")).nth(1);
                call.is_some_and(|call| fields.iter().all(|it| call.contains(it)))
            });
            assert!(is_written, "{row:?}");
        }
    }
}

fn sources(directory: &Path) -> String {
    let entries = fs::read_dir(directory).expect("a directory");
    let texts = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path)
        } else {
            fs::read_to_string(&path).unwrap_or_default()
        }
    });
    texts.collect()
}

#[tokio::test]
async fn the_operations_of_the_local_pool_are_those_that_it_says_to_have() {
    let server = Server::start().await;
    let answer = server.pool("None", serde_json::json!({})).await;
    let message = answer.body["message"].as_str().expect("a text");
    let (_, all) = message.split_once(" It has ").expect("a list");
    let all: BTreeSet<_> = all.trim_end_matches('.').split(", ").collect();
    let told = rows("It has these of Cognito's operations").flat_map(code_spans);
    assert_eq!(told.collect::<BTreeSet<_>>(), all);
    server.stop().await;
}

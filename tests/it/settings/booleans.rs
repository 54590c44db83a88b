//! The settings that are `true` or `false`, as flags.

use clap::{Arg, CommandFactory as _};
use user_attributes::app::Args;

#[test]
fn every_flag_that_is_true_or_false_can_be_said_with_a_value_and_without() {
    let command = Args::command();
    let is_boolean = |arg: &&Arg| {
        let defaults = arg.get_default_values();
        defaults.iter().any(|it| *it == "true" || *it == "false")
    };
    let flags = command.get_arguments().filter(is_boolean);
    let flags: Vec<_> = flags.filter_map(Arg::get_long).collect();
    let settings = command.get_arguments().filter(|it| it.get_env().is_some());
    let mut without_a_value = settings.filter(|it| !it.get_action().takes_values());
    assert!(without_a_value.next().is_none());
    assert_eq!(flags.len(), 6, "{flags:?}");
    for name in flags {
        let flag = format!("--{name}");
        for (given, said) in [
            (&[flag.as_str()][..], true),
            (&[&format!("{flag}=true")], true),
            (&[&flag, "true"], true),
            (&[&format!("{flag}=false")], false),
            (&[&flag, "false"], false),
            (&[&flag, "--check-config"], true),
        ] {
            let arguments = ["user-attributes-server"].iter().chain(given);
            let parsed = Args::command().try_get_matches_from(arguments);
            let parsed = parsed.unwrap_or_else(|error| panic!("{given:?}: {error}"));
            assert_eq!(
                parsed.get_one(&name.replace('-', "_")),
                Some(&said),
                "{given:?}"
            );
        }
    }
}

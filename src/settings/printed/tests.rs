use clap::ArgAction;

use super::*;

fn setting(name: &'static str) -> Arg {
    Arg::new(name).long(name).env("NO_SUCH_VARIABLE")
}

/// The lines of these settings, which have these flags.
fn lines(settings: impl IntoIterator<Item = Arg>, flags: &[&str]) -> String {
    let command = Command::new("server").no_binary_name(true).args(settings);
    let matches = command.clone().get_matches_from(flags);
    printed(&command, &matches, &[("delay", "5s".to_owned())])
}

#[test]
fn a_value_is_shown_as_it_was_given_and_a_missing_one_by_its_source_alone() {
    let settings = [
        setting("time").default_value("20s"),
        setting("delay"),
        setting("file"),
        setting("yes").action(ArgAction::SetTrue),
        setting("name").action(ArgAction::Append),
        Arg::new("errand").long("errand").action(ArgAction::SetTrue),
    ];
    assert_eq!(
        lines(settings.clone(), &[]),
        "time = 20s (default)\ndelay = 5s (default)\nfile = (default)\nyes = false (default)\n\
         name = (default)\n"
    );
    let flags = [
        "--time=1m 30s",
        "--delay=0s",
        "--file=",
        "--yes",
        "--name=a",
        "--name=b",
        "--errand",
    ];
    assert_eq!(
        lines(settings, &flags),
        "time = 1m 30s (flag)\ndelay = 0s (flag)\nfile = (flag)\nyes = true (flag)\n\
         name = a,b (flag)\n"
    );
}

#[test]
fn a_second_name_counts_where_the_first_is_not_given() {
    let settings = [setting("region"), setting("default-region").hide(true)];
    let second = "--default-region=b";
    for (flags, line) in [
        (&[][..], "region = (default)\n"),
        (&[second], "region = b (flag)\n"),
        (&[second, "--region=a"], "region = a (flag)\n"),
    ] {
        assert_eq!(lines(settings.clone(), flags), line);
    }
}

#[test]
fn what_may_be_a_password_is_cut_out() {
    let (url, file) = (
        |name| setting(name).value_name("URL").hide_env_values(true),
        |name| setting(name).value_name("FILE"),
    );
    for (setting, value, shown) in [
        (url("url"), "https://host:1/path", "https://host:1/path"),
        (
            url("url"),
            "https://dan:hunter2@host/path",
            "https://[not shown]@host/path",
        ),
        (url("url"), "dan:hunter2@host:1", "[not shown]@host:1"),
        (
            url("url"),
            "https://dan:hun?ter@2@host",
            "https://[not shown]@host",
        ),
        (
            url("url"),
            "https://host/?key=hunter2",
            "https://host/?[not shown]",
        ),
        (
            setting("any"),
            "http://dan:hunter2@host",
            "http://[not shown]@host",
        ),
        (
            setting("otlp-headers"),
            "a=hunter2,b=hunter2=,hunter2",
            "a=[not shown],b=[not shown],[not shown]",
        ),
        (setting("state-key"), "hunter2", "[not shown]"),
        (setting("client-secret"), "hunter2", "[not shown]"),
        (
            setting("any").hide_env_values(true),
            "hunter2",
            "[not shown]",
        ),
        (file("tls-key"), "/etc/a@b?.pem", "/etc/a@b?.pem"),
        (file("tls-key"), "/etc/\nregion = x", "/etc/\\nregion = x"),
    ] {
        let name = setting.get_long().expect("a flag").to_owned();
        let line = lines([setting], &[&format!("--{name}={value}")]);
        assert_eq!(line, format!("{name} = {shown} (flag)\n"));
    }
}

//! What the guide, `deploy/README.md`, says is so: its links, names, settings, numbers and commands.

mod commands;
mod numbers;

use std::{collections::BTreeSet, path::Path};

use clap::Arg;
use regex::Regex;

use super::*;
use crate::readme::code_spans;

fn guide() -> String {
    text("README.md")
}

/// What the first group of a pattern matches, everywhere.
fn found<'a>(pattern: &str, text: &'a str) -> BTreeSet<&'a str> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let found: BTreeSet<_> = pattern
        .captures_iter(text)
        .map(|it| it.get(1).expect("a group").as_str())
        .collect();
    assert!(!found.is_empty(), "{pattern} finds nothing");
    found
}

/// The cells of the table that has this line for its head.
fn table<'a>(head: &str, text: &'a str) -> Vec<Vec<&'a str>> {
    let (_, table) = text.split_once(head).unwrap_or_else(|| panic!("no {head}"));
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// The anchors that GitHub makes of a page's headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let outside = page.split("\n```").step_by(2);
    let headings = outside
        .flat_map(str::lines)
        .filter(|it| it.starts_with('#'));
    headings
        .map(|heading| {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading
                .chars()
                .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
            kept.map(|it| if it == ' ' { '-' } else { it }).collect()
        })
        .collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["README.md", "deploy/README.md"] {
        let page = root.join(page);
        let text = fs::read_to_string(&page).expect("a page");
        let links = found(r"\]\(([^)\s]+)\)", &text);
        for link in links.into_iter().filter(|it| !it.starts_with("http")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => page.clone(),
                path => page.parent().expect("a folder").join(path),
            };
            let case = format!("{}: {link}", page.display());
            assert!(target.exists(), "{case}");
            if !anchor.is_empty() {
                let target = fs::read_to_string(target).expect("a page");
                assert!(anchors(&target).contains(anchor), "{case}");
            }
        }
    }
}

#[test]
fn every_component_is_in_the_table_and_every_file_it_names_is_there() {
    let guide = guide();
    let documented: BTreeSet<_> = table("| Component | | Set in a patch |", &guide)
        .iter()
        .map(|row| code_spans(row[0])[0].to_owned())
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let real = fs::read_dir(folder.join("components")).expect("a folder");
    let real: BTreeSet<_> = real
        .map(|it| it.expect("an entry").file_name().into_string().unwrap())
        .collect();
    assert_eq!(documented, real);

    let pattern = r"[ (`]((?:deploy|proto|components|overlays|base)/[\w./-]*\w)";
    for path in found(pattern, &guide) {
        // The copy that a team makes.
        let path = path.replace("overlays/mine", "overlays/production");
        let places = [folder.join(&path), folder.join("..").join(&path)];
        assert!(places.iter().any(|it| it.exists()), "{path}");
    }
}

#[test]
fn every_setting_it_names_is_one() {
    let guide = guide();
    let command = Args::command();
    let flags: BTreeSet<_> = command.get_arguments().filter_map(Arg::get_long).collect();
    for flag in found("`--([a-z-]+)[`=]", &guide) {
        assert!(flags.contains(flag), "--{flag}");
    }

    // OpenTelemetry's and the proxies' are no flags, and stand in the README.
    let readme = include_str!("../../../README.md");
    let of_flags = command
        .get_arguments()
        .filter_map(|it| it.get_env()?.to_str());
    let known: BTreeSet<_> = of_flags
        .chain(found(r"`((?:OTEL_[A-Z_]+|[A-Z]+_PROXY))`", readme))
        .collect();
    let pattern = r"\b((?:USER_ATTRIBUTES|AWS|OTEL|SSL)_[A-Z_]*[A-Z]|[A-Z]+_PROXY|RUST_LOG)\b";
    let named = found(pattern, &guide);
    // The one that it gives as a mistake.
    let unknown: Vec<_> = named.difference(&known).collect();
    assert_eq!(unknown, [&"AWS_REGIN"]);
}

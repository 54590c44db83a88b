//! Samples of what an operation takes and answers.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::shape::{Member, Shape};

/// What `--cli-input-json` takes, with blank values.
pub fn input(members: &[Member]) -> Value {
    structure(members, &|_| "")
}

/// An answer, in which each text is its member's name.
pub fn output(members: &[Member]) -> Value {
    structure(members, &|name| name)
}

/// What `--cli-input-yaml` takes, with blank values and comments.
pub fn yaml_input(members: &[Member]) -> String {
    let mut text = String::new();
    write_members(&mut text, members, "", "");
    text
}

fn structure(members: &[Member], text: &dyn Fn(&'static str) -> &'static str) -> Value {
    let member = |it: &Member| (it.name.to_owned(), sample(&it.shape, it.name, text));
    Value::Object(members.iter().map(member).collect::<Map<_, _>>())
}

fn sample(shape: &Shape, name: &'static str, text: &dyn Fn(&'static str) -> &'static str) -> Value {
    match shape {
        Shape::Text { .. } => json!(text(name)),
        // The name of the API's own type of a text that isn't a member.
        Shape::List(Shape::Text { .. }) => json!([text("StringType")]),
        Shape::List(item) => json!([sample(item, name, text)]),
        Shape::Map => json!({ "KeyName": text(name) }),
        Shape::Structure(members) => structure(members, text),
    }
}

/// The first line has an indent of its own, which may be a list's dash.
fn write_members(text: &mut String, members: &[Member], first: &str, indent: &str) {
    for (index, member) in members.iter().enumerate() {
        let Member { name, about, .. } = member;
        let indent_here = if index == 0 { first } else { indent };
        let value = if matches!(member.shape, Shape::Text { .. }) {
            " ''"
        } else {
            ""
        };
        let required = if member.required { "[REQUIRED] " } else { "" };
        let _ = writeln!(text, "{indent_here}{name}:{value} # {required}{about}");
        match &member.shape {
            Shape::Text { .. } => {}
            Shape::Map => {
                let _ = writeln!(text, "{indent}  KeyName: ''");
            }
            Shape::Structure(members) => {
                let deeper = format!("{indent}  ");
                write_members(text, members, &deeper, &deeper);
            }
            Shape::List(Shape::Structure(members)) => {
                write_members(
                    text,
                    members,
                    &format!("{indent}- "),
                    &format!("{indent}  "),
                );
            }
            Shape::List(_) => {
                let _ = writeln!(text, "{indent}- ''");
            }
        }
    }
}

//! What the AWS CLI's own formatters made of the same values.

use serde_json::json;

use super::*;

const PLAIN: Style = Style {
    has_color: false,
    width: 80,
};

fn table(value: &Value) -> Result<String, Error> {
    printed(value, "GetUser", Format::Table, PLAIN)
}

fn text(value: &Value) -> Result<String, Error> {
    printed(value, "GetUser", Format::Text, PLAIN)
}

#[test]
fn parts_of_members_are_sections_below_them() {
    let value = json!({
        "a": [{"b": "c", "d": "e"}, {"b": "x", "f": [1, 2]}],
        "g": "h",
        "i": {"j": null},
    });
    insta::assert_snapshot!(table(&value).unwrap(), @"
    -----------------
    |    GetUser    |
    +------+--------+
    |  g   |  h     |
    +------+--------+
    ||      a      ||
    |+-----+-------+|
    ||  b  |   d   ||
    |+-----+-------+|
    ||  c  |  e    ||
    |+-----+-------+|
    ||      a      ||
    |+-----+-------+|
    ||  b  |   d   ||
    |+-----+-------+|
    ||  x  |       ||
    |+-----+-------+|
    |||     f     |||
    ||+-----------+||
    |||  1        |||
    |||  2        |||
    ||+-----------+||
    ||      i      ||
    |+----+--------+|
    ||  j |  None  ||
    |+----+--------+|
    ");
    assert_eq!(
        text(&value).unwrap(),
        "h\nA\tc\te\nA\tx\t\nF\t1\nF\t2\nI\tNone\n"
    );
}

#[test]
fn values_without_names_are_rows() {
    insta::assert_snapshot!(table(&json!([["a", "b"], ["c", "d"]])).unwrap(), @"
    ------------
    |  GetUser |
    +----+-----+
    |  a |  b  |
    |  c |  d  |
    +----+-----+
    ");
    insta::assert_snapshot!(table(&json!([1, 2.5, true, null, "é"])).unwrap(), @"
    ----------
    | GetUser|
    +--------+
    |  1     |
    |  2.5   |
    |  True  |
    |  None  |
    |  é    |
    +--------+
    ");
    assert_eq!(
        text(&json!([1, 2.5, true, null, "é"])).unwrap(),
        "1\t2.5\tTrue\tNone\té\n"
    );
    assert_eq!(text(&json!(["a", ["b", "c"]])).unwrap(), "a\nb\tc\n");
}

#[test]
fn a_table_wider_than_the_terminal_has_names_beside_values() {
    let value = json!({"Name": "x".repeat(70), "Other": "b"});
    insta::assert_snapshot!(table(&value).unwrap(), @"
    -------------------------------------------------------------------------------------
    |                                      GetUser                                      |
    +-------+---------------------------------------------------------------------------+
    |  Name |  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx   |
    |  Other|  b                                                                        |
    +-------+---------------------------------------------------------------------------+
    ");
}

#[test]
fn wide_characters_take_two_columns() {
    insta::assert_snapshot!(table(&json!({"列": "漢字", "b": "ü"})).unwrap(), @"
    ----------------
    |    GetUser   |
    +-----+--------+
    |  b  |  列    |
    +-----+--------+
    |  ü |  漢字  |
    +-----+--------+
    ");
}

#[test]
fn a_table_with_colours_has_the_aws_clis() {
    let style = Style {
        has_color: true,
        ..PLAIN
    };
    let value = json!({"a": [{"b": "c"}]});
    let table = printed(&value, "GetUser", Format::Table, style).unwrap();
    let bar = "\x1b[2m\x1b[33m|\x1b[0m\x1b[0m";
    let row = format!("{bar}|  \x1b[1m\x1b[34mc\x1b[0m  |\x1b[0m{bar}\n\x1b[0m");
    let title = "---------\n\x1b[0m\x1b[0m|GetUser|\x1b[0m\x1b[0m\n\x1b[0m";
    assert!(table.starts_with(title), "{table:?}");
    assert!(table.contains(&row), "{table:?}");
}

#[test]
fn rows_that_do_not_fit_together_are_refused() {
    for value in [
        json!([["a", "b"], ["c"]]),
        json!([{"a": 1}, "b"]),
        json!(["a", ["b", "c"]]),
    ] {
        let error = table(&value).unwrap_err();
        assert_eq!(error.exit_code(), 255, "{value}");
    }
    assert_eq!(text(&json!(["b", {"a": 1}])).unwrap_err().exit_code(), 255);
}

#[test]
fn what_is_empty_prints_nothing_but_for_json_and_yaml() {
    for (value, json, text, table) in [
        (json!({}), "", "", ""),
        (json!([]), "[]\n", "", ""),
        (json!(""), "\"\"\n", "\n", ""),
        (json!(null), "null\n", "None\n", ""),
        (json!(0), "0\n", "0\n", ""),
        (
            json!({"a": []}),
            "{\n    \"a\": []\n}\n",
            "",
            "---------\n|GetUser|\n+-------+\n",
        ),
    ] {
        let printed = |format| printed(&value, "GetUser", format, PLAIN).unwrap();
        assert_eq!(printed(Format::Json), json, "{value}");
        assert_eq!(printed(Format::Text), text, "{value}");
        assert_eq!(printed(Format::Table), table, "{value}");
        assert_eq!(printed(Format::Off), "", "{value}");
    }
    assert_eq!(
        printed(&json!(1), "GetUser", Format::YamlStream, PLAIN).unwrap(),
        "- 1\n"
    );
}

//! What ruamel.yaml on libyaml, the AWS CLI's own emitter, made of the same values.

use serde_json::json;

use super::*;

#[test]
fn collections_are_in_block_style_with_sorted_names() {
    let value = json!({
        "x": [],
        "a": [{"d": "e", "b": {"c": "f"}}, ["g", ["h"]]],
        "y": {},
        "n": [1, 2.5, true, null],
    });
    let expected = "a:\n- b:\n    c: f\n  d: e\n- - g\n  - - h\nn:\n- 1\n- 2.5\n- true\n- null\n\
                    x: []\ny: {}\n";
    assert_eq!(emit(&value), expected);
    assert_eq!(emit(&json!([])), "[]\n");
    assert_eq!(emit(&json!("a: b")), "\"a: b\"\n");
}

#[test]
fn a_text_has_quotes_where_it_could_be_read_as_something_else() {
    for plain in [
        "j***@e***",
        "+*******1234",
        "Zoë \"Z\" Å",
        "yes",
        "off",
        "12:30:45",
        "é✓",
        "it's",
        "a,b",
        "a]",
        "?x",
        ":x",
        "http://x:80/y",
        "a\\b",
        "x\u{a0}y",
        "a#b",
        "a:b",
    ] {
        assert_eq!(emit(&json!([plain])), format!("- {plain}\n"));
    }
    for quoted in [
        "",
        "true",
        "FALSE",
        "null",
        "~",
        "42",
        "-5",
        "+1432555",
        "0x1F",
        "0o17",
        "1_000",
        "1.5",
        "1e3",
        ".5",
        ".inf",
        ".nan",
        "2020-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "=",
        "<<",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#x",
        "*a",
        "&a",
        "!x",
        "%x",
        "@x",
        "`x",
        "{a}",
        "[a]",
        "? x",
        "x:",
        " lead",
        "trail ",
        "---",
        "...x",
    ] {
        assert_eq!(emit(&json!([quoted])), format!("- '{quoted}'\n"));
    }
    assert_eq!(emit(&json!(["'a: b'"])), "- '''a: b'''\n");
}

#[test]
fn what_has_no_sign_of_its_own_is_escaped() {
    for (text, expected) in [
        ("tab\tx", r#""tab\tx""#),
        ("😀", r#""\U0001F600""#),
        ("a\u{1}b", r#""a\x01b""#),
        ("a\u{85}b", r#""a\Nb""#),
        ("line\r\n", r#""line\r\n""#),
        ("\u{feff}x", r#""\uFEFFx""#),
        ("a \nb\"\\", r#""a \nb\"\\""#),
    ] {
        assert_eq!(emit(&json!([text])), format!("- {expected}\n"));
    }
}

#[test]
fn lines_are_broken_where_the_text_has_breaks_and_behind_the_80th_column() {
    assert_eq!(emit(&json!(["a\nb"])), "- 'a\n\n  b'\n");
    assert_eq!(emit(&json!({"k": "a\n\nb\n"})), "k: 'a\n\n\n  b\n\n  '\n");
    let words = "word ".repeat(20);
    let (first, second) = ("word ".repeat(16), "word ".repeat(4));
    let expected = format!("k: {}\n  {}\n", first.trim_end(), second.trim_end());
    assert_eq!(emit(&json!({"k": words.trim_end()})), expected);
}

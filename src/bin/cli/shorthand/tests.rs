use std::fs;

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn good_shorthand_means_what_it_means_to_the_aws_cli() {
    for (text, expected) in [
        (
            "Name=email,Value=a@b.c",
            json!({"Name": "email", "Value": "a@b.c"}),
        ),
        ("Name=email,Value=", json!({"Name": "email", "Value": ""})),
        (
            "Name=email,Value=\"\"",
            json!({"Name": "email", "Value": ""}),
        ),
        ("Name=email,Value=''", json!({"Name": "email", "Value": ""})),
        ("Name=email", json!({"Name": "email"})),
        // Quotes and escapes.
        (
            "Name=n,Value=Doe, Jane",
            json!({"Name": "n", "Value": ["Doe", "Jane"]}),
        ),
        ("Value=\"Doe, Jane\"", json!({"Value": "Doe, Jane"})),
        ("Value='Doe, Jane'", json!({"Value": "Doe, Jane"})),
        (r"Value=Doe\, Jane", json!({"Value": "Doe, Jane"})),
        (r"Value=a\=b", json!({"Value": r"a\=b"})),
        (r"Value=back\slash", json!({"Value": r"back\slash"})),
        (r#"Value="back\\slash""#, json!({"Value": r"back\slash"})),
        (r#"Value="say \"hi\"""#, json!({"Value": "say \"hi\""})),
        (r"Value='it\'s'", json!({"Value": "it's"})),
        (r#"Value="back\""#, json!({"Value": r"back\"})),
        // Commas and equal signs.
        ("Value=a=b", json!({"Value": "a=b"})),
        ("Value=a=b,c", json!({"Value": ["a=b", "c"]})),
        ("Name=n,,Value=x", json!({"Name": "n", "Value": "x"})),
        ("a=b,c,d=e", json!({"a": ["b", "c"], "d": "e"})),
        ("a=b,'c',\"d\",e=f", json!({"a": ["b", "c", "d"], "e": "f"})),
        ("Name=a;Value=b", json!({"Name": "a;Value=b"})),
        // White space.
        (
            "Name = name , Value = x ",
            json!({"Name": "name", "Value": "x"}),
        ),
        ("Name=n,\nValue=a\nb", json!({"Name": "n", "Value": "a\nb"})),
        ("Value=\"a\nb \"", json!({"Value": "a\nb "})),
        // Nothing but text.
        ("Value=-", json!({"Value": "-"})),
        ("Value=+14325551212", json!({"Value": "+14325551212"})),
        ("Value=true", json!({"Value": "true"})),
        ("Value=null", json!({"Value": "null"})),
        ("Value=é✓", json!({"Value": "é✓"})),
        ("Value=\"é✓😀\"", json!({"Value": "é✓😀"})),
        ("Value=file:///nowhere", json!({"Value": "file:///nowhere"})),
        ("Value=@x", json!({"Value": "@x"})),
        ("Value@=plain", json!({"Value": "plain"})),
        ("a.b-c/d:e_1#=x", json!({"a.b-c/d:e_1#": "x"})),
        // Lists and maps.
        ("Value={a=b}", json!({"Value": {"a": "b"}})),
        ("Value=[1,2]", json!({"Value": ["1", "2"]})),
        ("Value=[]", json!({"Value": []})),
        (
            "Value={a=[b,{c=d}],e='f}'}",
            json!({"Value": {"a": ["b", {"c": "d"}], "e": "f}"}}),
        ),
        ("Value={a=b,a=c}", json!({"Value": {"a": "c"}})),
    ] {
        assert_eq!(
            parse(text).map_err(|error| error.to_string()),
            Ok(expected),
            "{text}"
        );
    }
}

#[test]
fn an_error_says_where_and_what_is_expected_and_does_not_repeat_the_text() {
    let missing = |text: &str, at, expected| {
        let error = parse(text).map(|value| value.to_string()).unwrap_err();
        let told =
            format!("the shorthand can't be read at character {at}: {expected} is expected there");
        assert_eq!(error.to_string(), told, "{text}");
    };
    missing("", 1, "'='");
    missing("foo", 4, "'='");
    missing(" Name=a", 2, "'='");
    missing(",Name=a", 1, "'='");
    missing("\"Name\"=a", 1, "'='");
    missing("Value=it's", 9, "','");
    missing("Value=x\"y\"", 8, "','");
    missing("Value=\"x\"y", 10, "','");
    missing("Value=a😀", 8, "','");
    missing("Value=😀", 7, "','");
    missing("Value=\"unt", 7, "a closing \" for the quote");
    missing("Value='unt", 7, "a closing ' for the quote");
    missing("Name=n,Value=x,", 16, "a value");
    missing("a=b,c,", 7, "a value");
    missing("Value={\"street\":\"x\"}", 8, "'='");
    missing("Value=[a", 9, "','");
    missing("é=a", 1, "'='");

    let twice = parse("Name=a,Name=b").unwrap_err().to_string();
    assert_eq!(
        twice,
        "the shorthand has a key for the second time, at character 8: is there a comma instead of a \
         space before it?"
    );
}

#[test]
fn a_value_behind_an_at_sign_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("value");
    fs::write(&path, "Doe, \"Jane\"\n").unwrap();
    let file = format!("file://{}", path.display());

    let parsed = parse(&format!("Name@={file},Value@='{file}',Other={file}")).unwrap();
    let text = "Doe, \"Jane\"\n";
    assert_eq!(parsed, json!({"Name": text, "Value": text, "Other": file}));

    let missing = parse("Value@=file://no/such/file").unwrap_err();
    assert!(matches!(missing, ShorthandError::File(_)), "{missing}");
    assert_eq!(
        missing.to_string(),
        "Unable to load paramfile no/such/file: No such file or directory (os error 2)"
    );
    assert!(matches!(
        parse("Value@=fileb://x"),
        Err(ShorthandError::File(_))
    ));
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for open in ["[", "{a="] {
        let text = format!("Value={}", open.repeat(100_000));
        assert!(matches!(parse(&text), Err(ShorthandError::TooDeep)));
    }
}

/// What a caller writes so that a value arrives as it is.
fn double_quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in r#"([a-zA=,@"'\\\[\]{} \n]|file://|\PC|[\s\S]){0,40}"#) {
        let _ = parse(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn a_quoted_value_arrives_as_it_is(value in r#"([a=,"'\\ \n]|[\s\S]){0,40}"#) {
        let parsed = parse(&format!("Name=n,Value={}", double_quoted(&value))).unwrap();
        prop_assert_eq!(parsed, json!({"Name": "n", "Value": value}));
    }
}

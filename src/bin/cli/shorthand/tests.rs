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
        ("Value=é✓😀", json!({"Value": "é✓😀"})),
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
fn bad_shorthand_is_shown_with_a_caret_at_the_place() {
    for (text, expected) in [
        ("", "Expected: '=', received: 'EOF' for input:\n\n^"),
        (
            "foo",
            "Expected: '=', received: 'EOF' for input:\nfoo\n   ^",
        ),
        (
            " Name=a",
            "Expected: '=', received: 'N' for input:\n Name=a\n ^",
        ),
        (
            ",Name=a",
            "Expected: '=', received: ',' for input:\n,Name=a\n^",
        ),
        (
            "\"Name\"=a",
            "Expected: '=', received: '\"' for input:\n\"Name\"=a\n^",
        ),
        (
            "Value=it's",
            "Expected: ',', received: ''' for input:\nValue=it's\n        ^",
        ),
        (
            "Value=x\"y\"",
            "Expected: ',', received: '\"' for input:\nValue=x\"y\"\n       ^",
        ),
        (
            "Value=\"x\"y",
            "Expected: ',', received: 'y' for input:\nValue=\"x\"y\n         ^",
        ),
        (
            "Value=\"unt",
            "Expected: '<double quoted>', received: '<none>' for input:\nValue=\"unt\n      ^",
        ),
        (
            "Value='unt",
            "Expected: '<singled quoted>', received: '<none>' for input:\nValue='unt\n      ^",
        ),
        (
            "Name=n,Value=x,",
            "Expected: '<second>', received: '<none>' for input:\nName=n,Value=x,\n               ^",
        ),
        (
            "a=b,c,",
            "Expected: '<second>', received: '<none>' for input:\na=b,c,\n      ^",
        ),
        (
            "Value={\"street\":\"x\"}",
            "Expected: '=', received: '\"' for input:\nValue={\"street\":\"x\"}\n       ^",
        ),
        (
            "Value=[a",
            "Expected: ',', received: 'EOF' for input:\nValue=[a\n        ^",
        ),
        ("é=a", "Expected: '=', received: 'é' for input:\né=a\n^"),
        (
            "a=b,c=\nd\"\ne",
            "Expected: ',', received: '\"' for input:\na=b,c=\nd\"\n ^\ne",
        ),
        (
            "Name=a,Name=b",
            "Second instance of key \"Name\" encountered for input:\nName=a,Name=b\n       ^\nThis is \
             often because there is a preceding \",\" instead of a space.",
        ),
    ] {
        let error = parse(text).map(|value| value.to_string()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
    }
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
        "Unable to load paramfile file://no/such/file: [Errno 2] No such file or directory: \
         'no/such/file'"
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

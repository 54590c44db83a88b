//! Requests that break a limit of the API: refused here, by field, with nothing sent.

use std::collections::HashMap;

use tonic::Code;
use user_attributes::proto::UpdateUserAttributesRequest;

use crate::support::{Failure, Server, scripted::Scripted, update};

/// A request and the fields that it is refused for.
type Row = (
    &'static str,
    UpdateUserAttributesRequest,
    &'static [&'static str],
);

#[tokio::test]
async fn every_violation_is_reported_at_once_and_nothing_is_sent() {
    let cognito = Scripted::new([]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut client = server.client().await;

    for (case, request, fields) in rows() {
        let status = client.update_user_attributes(request).await.unwrap_err();
        let failure = Failure::of(&status);
        assert_eq!(failure.code, Code::InvalidArgument, "{case}");
        assert_eq!(failure.reason, "INVALID_PARAMETER", "{case}");
        assert_eq!(failure.outcome, "not_applied", "{case}");
        assert_eq!(
            failure.operation.as_deref(),
            Some("UpdateUserAttributes"),
            "{case}"
        );
        assert_eq!(failure.aws_error_code, None, "{case}");
        assert_eq!(failure.field_paths(), fields, "{case}");
        assert!(
            status.message().starts_with(fields[0]),
            "{case}: {}",
            status.message()
        );
    }
    assert!(cognito.seen().is_empty());
    server.stop().await;
}

fn rows() -> Vec<Row> {
    let one = |name: &str, value: &str| update("token", &[(name, Some(value))]);
    let metadata = |key: &str, value: &str| UpdateUserAttributesRequest {
        client_metadata: HashMap::from([(key.to_owned(), value.to_owned())]),
        ..one("nickname", "Dan")
    };
    let with_token = |token: &str| update(token, &[("nickname", Some("Dan"))]);
    let long = "x".repeat(131_073);
    vec![
        (
            "nothing at all",
            UpdateUserAttributesRequest::default(),
            &["user_attributes", "access_token"],
        ),
        ("an empty list", update("token", &[]), &["user_attributes"]),
        ("an empty name", one("", "x"), &["user_attributes[0].name"]),
        (
            "a name of 33 characters",
            one(&"é".repeat(33), "x"),
            &["user_attributes[0].name"],
        ),
        (
            "a control character in a name",
            one("nick\0name", "x"),
            &["user_attributes[0].name"],
        ),
        (
            "a no-break space in a name",
            one("nick\u{a0}name", "x"),
            &["user_attributes[0].name"],
        ),
        (
            "a value of 2,049 characters",
            one("nickname", &"é".repeat(2049)),
            &["user_attributes[0].value"],
        ),
        ("sub", one("sub", "x"), &["user_attributes[0].name"]),
        (
            "email_verified",
            one("email_verified", "true"),
            &["user_attributes[0].name"],
        ),
        (
            "phone_number_verified",
            one("phone_number_verified", "true"),
            &["user_attributes[0].name"],
        ),
        (
            "a name twice",
            update(
                "token",
                &[
                    ("nickname", Some("a")),
                    ("name", Some("b")),
                    ("nickname", Some("c")),
                ],
            ),
            &["user_attributes[2].name"],
        ),
        ("an empty token", with_token(""), &["access_token"]),
        ("a space in a token", with_token("a b"), &["access_token"]),
        (
            "a line feed after a token",
            with_token("abc\n"),
            &["access_token"],
        ),
        (
            "a letter beyond ASCII in a token",
            with_token("é"),
            &["access_token"],
        ),
        (
            "a metadata key of 131,073 characters",
            metadata(&long, "v"),
            &["client_metadata"],
        ),
        (
            "a metadata value of 131,073 characters",
            metadata("k", &long),
            &["client_metadata"],
        ),
        (
            "both",
            metadata(&long, &long),
            &["client_metadata", "client_metadata"],
        ),
        (
            "all of it",
            update("", &[("", Some("x")), ("sub", Some(&"x".repeat(2049)))]),
            &[
                "user_attributes[0].name",
                "user_attributes[1].name",
                "user_attributes[1].value",
                "access_token",
            ],
        ),
    ]
}

#[tokio::test]
async fn the_limits_themselves_pass() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let longest = "é".repeat(2048);
    let mut request = update(&token, &[("nickname", Some(&longest))]);
    request.client_metadata = HashMap::from([("k".repeat(131_072), "v".repeat(131_072))]);

    let reply = server.client().await.update_user_attributes(request).await;

    reply.expect("every limit is inclusive");
    assert_eq!(server.attributes(&token).await["nickname"], longest);

    let name = "custom:\t \n\r✓é1234567890123456";
    assert_eq!(name.chars().count(), 29);
    let request = update(&token, &[(name, Some("x"))]);
    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();
    let from_cognito = Failure::of(&status).aws_error_code;
    assert_eq!(
        from_cognito.as_deref(),
        Some("InvalidParameterException"),
        "{status:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn more_violations_than_fit_are_counted_in_the_last_entry() {
    let server = Server::start().await;
    let names: Vec<_> = (0..5000).map(|_| ("", Some("x"))).collect();

    let request = update("token", &names);
    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();

    let failure = Failure::of(&status);
    assert!(failure.fields.len() <= 50);
    let shown = failure.fields.len() - 1;
    let (_, last) = failure.fields.last().expect("some");
    assert_eq!(*last, format!("and {} more violations", 5000 - shown));
    assert!(
        status.details().len() <= 4096,
        "{} bytes",
        status.details().len()
    );
    server.stop().await;
}

//! The fields that an error names.

use tonic::{Code, Status};
use user_attributes::proto::ErrorReason::{self, CodeMismatch, InvalidParameter};

use crate::support::{
    Failure, Server,
    calls::{Client, client, code_request, deletion, query, refusal, verification},
    front::Front,
    scripted::{self, Answer, Scripted},
    update,
};

/// A call that Cognito refuses.
enum Call {
    Update(&'static [(&'static str, Option<&'static str>)]),
    Verify(&'static str),
    AskForCode(&'static str),
    Delete(&'static [&'static str]),
    Read,
}

/// What is called, what Cognito says, and the field that is named, if it is certain.
type Row = (Call, ErrorReason, &'static str, Option<&'static str>);

#[rustfmt::skip]
const ROWS: &[Row] = {
    use Call::{AskForCode, Delete, Read, Update, Verify};
    const WRONG: &str = "Invalid verification code provided, please try again.";
    const TWO: &[(&str, Option<&str>)] = &[("nickname", Some("x")), ("email", Some("y"))];
    const PHONE: &[(&str, Option<&str>)] = &[("nickname", Some("x")), ("phone_number", Some("0"))];
    &[
        (Update(&[("name", Some("x")), ("a: b", None)]), InvalidParameter, "Attribute value for a: b must not be null", Some("user_attributes[1]")),
        (Update(TWO), InvalidParameter, "Invalid email address format.", Some("user_attributes[1]")),
        (Update(PHONE), InvalidParameter, "Invalid phone number format.", Some("user_attributes[1]")),
        (Update(TWO), InvalidParameter, "Cannot modify the non-mutable attribute nickname", Some("user_attributes[0]")),
        (Delete(&["name", "identities"]), InvalidParameter, "Cannot modify the non-mutable attribute identities", Some("user_attribute_names[1]")),
        (Verify("nickname"), InvalidParameter, "Invalid attribute name. Only phone_number and email can be verified.", Some("attribute_name")),
        (AskForCode("nickname"), InvalidParameter, "Invalid attribute name. Only phone_number and email can be verified.", Some("attribute_name")),
        (AskForCode("email"), InvalidParameter, "User does not have a valid registered email address", Some("attribute_name")),
        (Read, InvalidParameter, "A text that nobody has seen yet", Some("access_token")),
        (Verify("email"), CodeMismatch, WRONG, Some("code")),
        // What isn't certain is left out.
        (Update(TWO), CodeMismatch, WRONG, None),
        (Update(TWO), InvalidParameter, "Invalid phone number format.", None),
        (Update(TWO), InvalidParameter, "Attribute value for name must not be null", None),
        (Update(TWO), InvalidParameter, "A text that nobody has seen yet", None),
        (Delete(&["name"]), InvalidParameter, "A text that nobody has seen yet", None),
        (Verify("email"), InvalidParameter, "Invalid parameter", None),
        (AskForCode("email"), InvalidParameter, "Invalid parameter", None),
        (Verify("email"), InvalidParameter, "1 validation error detected: Value at 'code' failed to satisfy constraint: Member must not be null", None),
    ]
};

async fn refused(client: &mut Client, call: &Call) -> Status {
    let refused = match call {
        Call::Update(pairs) => {
            let update = client.update_user_attributes(update("token", pairs)).await;
            update.err()
        }
        Call::Verify(name) => {
            let verification = verification(name, "493817");
            client.verify_user_attribute(verification).await.err()
        }
        Call::AskForCode(name) => {
            let request = code_request(name);
            let asked = client.get_user_attribute_verification_code(request).await;
            asked.err()
        }
        Call::Delete(names) => client.delete_user_attributes(deletion(names)).await.err(),
        Call::Read => client.get_user(query()).await.err(),
    };
    refused.expect("a refusal")
}

#[tokio::test]
async fn a_field_that_cognitos_text_or_the_operation_leaves_no_doubt_of_is_named() {
    let front = Front::new([]).await;
    let mut client = client(front.server.grpc_addr);
    for (call, reason, text, field) in ROWS {
        let exception = match reason {
            CodeMismatch => "CodeMismatchException",
            _ => "InvalidParameterException",
        };
        front.cognito.script([refusal(exception, text)]);
        let failure = Failure::of(&refused(&mut client, call).await);
        let told = (failure.code, &*failure.reason);
        assert_eq!(told, (Code::InvalidArgument, reason.name()), "{text}");
        let field = field.map(|field| (field.to_owned(), (*text).to_owned()));
        assert_eq!(failure.fields, Vec::from_iter(field), "{text}");
    }
    front.stop().await;
}

#[tokio::test]
async fn a_field_that_is_named_comes_without_the_requests_secrets() {
    let text = "Code 493817 isn't token's";
    let front = Front::new([refusal("CodeMismatchException", text)]).await;
    let mut client = client(front.server.grpc_addr);
    let failure = Failure::of(&refused(&mut client, &Call::Verify("email")).await);
    let clean = "Code [redacted] isn't [redacted]'s";
    assert_eq!(failure.fields, [("code".to_owned(), clean.to_owned())]);
    front.stop().await;
}

#[tokio::test]
async fn each_attribute_that_cognito_names_becomes_a_violation_at_its_path() {
    let text = "user.email: Attribute cannot be updated.\n\
                user.custom:a: b: String must be no shorter than 36 characters\n\
                user.phone_number: Required attribute cannot be deleted.\n";
    let cognito = Scripted::new([Answer::Bytes(scripted::exception(
        400,
        "InvalidParameterException",
        text,
    ))])
    .await;
    let server = Server::in_front_of(&cognito.url).await;
    let request = update(
        "token",
        &[("custom:a: b", Some("secret")), ("email", Some("d@e.f"))],
    );

    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();

    assert_eq!(status.message(), text);
    let fields = Failure::of(&status).fields;
    let fields: Vec<_> = fields
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("user_attributes[1]", "Attribute cannot be updated."),
            (
                "user_attributes[0]",
                "String must be no shorter than 36 characters"
            ),
            ("user_attributes", "Required attribute cannot be deleted."),
        ]
    );
    server.stop().await;
}

//! Sign-ups that can't be.

use super::*;

#[tokio::test]
async fn a_name_that_is_taken_cant_be_signed_up() {
    let server = Server::start().await;
    let refusal = ("UsernameExistsException", "User already exists");
    check_refused(&server, "SignUp", sign_up("dan", json!({})), refusal).await;

    let (pool, client) =
        create_pool_and_client(&server, json!({ "UsernameAttributes": ["email"] })).await;
    create_user(&server, &pool, "x@example.com", json!([])).await;
    let body = sign_up("x@example.com", json!({ "ClientId": client }));
    let refusal = (
        "UsernameExistsException",
        "An account with the given email already exists.",
    );
    check_refused(&server, "SignUp", body, refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn who_signs_up_writes_what_the_client_may_and_not_what_is_cognitos() {
    let server = Server::start().await;
    let lists = json!({ "WriteAttributes": ["nickname"] });
    let client = text(&create_client(&server, POOL, lists).await["ClientId"]);
    for (client, name) in [
        (&*client, "name"),
        (&*client, "custom:department"),
        ("localclient", "email_verified"),
        ("localclient", "sub"),
    ] {
        let given = attributes(&[(name, "true")]);
        let body = sign_up(
            "eve",
            json!({ "ClientId": client, "UserAttributes": given }),
        );
        check_refused(&server, "SignUp", body, (NOT_AUTHORIZED, UNAUTHORIZED)).await;
    }
    let given = attributes(&[("nickname", "E")]);
    let body = sign_up(
        "eve",
        json!({ "ClientId": client, "UserAttributes": given }),
    );
    done(&server, "SignUp", body).await;
    server.stop().await;
}

#[tokio::test]
async fn attributes_that_break_the_schema_are_told_with_signing_ups_own_words() {
    let server = Server::start().await;
    let schema = json!([
        { "Name": "level", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MinValue": "1" } },
        { "Name": "nickname", "Required": true },
        { "Name": "tenant", "AttributeDataType": "String", "Mutable": false },
    ]);
    let (pool, _) = create_pool_and_client(&server, json!({ "Schema": schema })).await;
    let lists = json!({ "WriteAttributes": ["custom:level", "custom:tenant", "nickname"] });
    let client = text(&create_client(&server, &pool, lists).await["ClientId"]);
    let prefix = "Attributes did not conform to the schema: ";
    for (given, complaints) in [
        (
            vec![("custom:nope", "x")],
            "Type for attribute {custom:nope} could not be determined",
        ),
        (vec![], "nickname: The attribute is required\n"),
        (
            vec![("custom:level", "0")],
            "custom:level: Number must be no less than 1\nnickname: The attribute is required\n",
        ),
    ] {
        let members = json!({ "ClientId": client, "UserAttributes": attributes(&given) });
        let message = format!("{prefix}{complaints}");
        check_refused(
            &server,
            "SignUp",
            sign_up("eve", members),
            (INVALID, &message),
        )
        .await;
    }
    // What can't be changed can be set now.
    let given = attributes(&[
        ("nickname", "E"),
        ("custom:tenant", "a"),
        ("custom:level", "1"),
    ]);
    let body = sign_up(
        "eve",
        json!({ "ClientId": client, "UserAttributes": given }),
    );
    done(&server, "SignUp", body).await;
    server.stop().await;
}

#[tokio::test]
async fn the_models_constraints_on_a_sign_up_hide_all_but_names_and_codes() {
    let server = Server::start().await;
    let long = "x".repeat(129);
    let body = json!({
        "ClientId": "a-b", "Username": long, "Password": "pass word ",
        "UserAttributes": [{ "Name": "a\u{7}", "Value": "y".repeat(2049) }],
    });
    let pattern = "satisfy regular expression pattern:";
    let failures = [
        ("Value at 'clientId'", format!(r"{pattern} [\w+]+")),
        (
            "Value at 'username'",
            "have length less than or equal to 128".to_owned(),
        ),
        ("Value at 'password'", format!(r"{pattern} ^[\S]+.*[\S]+$")),
        (
            "Value 'a\u{7}' at 'userAttributes.1.member.name'",
            format!(r"{pattern} [\p{{L}}\p{{M}}\p{{S}}\p{{N}}\p{{P}}\t\n\r ]+"),
        ),
        (
            "Value at 'userAttributes.1.member.value'",
            "have length less than or equal to 2048".to_owned(),
        ),
    ]
    .map(|(subject, must)| format!("{subject} failed to satisfy constraint: Member must {must}"));
    let message = format!("5 validation errors detected: {}", failures.join("; "));
    let answer = server.pool("SignUp", body).await;
    assert_eq!(answer.body["message"], message);

    let body = json!({ "ClientId": "localclient", "Username": "dan", "ConfirmationCode": "1 2" });
    let message = r"1 validation error detected: Value '1 2' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+";
    check_refused(&server, "ConfirmSignUp", body, (INVALID, message)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_sign_up_without_a_password_breaks_the_policy_and_not_the_model() {
    let server = Server::start().await;
    let body = json!({ "ClientId": "localclient", "Username": "eve" });
    let message = "Password did not conform with policy: Password not long enough";
    check_refused(
        &server,
        "SignUp",
        body,
        ("InvalidPasswordException", message),
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn a_sign_up_with_an_unknown_client_or_its_confirmation_for_nobody_is_refused() {
    let server = Server::start().await;
    let missing = (
        "ResourceNotFoundException",
        "User pool client nope does not exist.",
    );
    let nope = json!({ "ClientId": "nope" });
    check_refused(&server, "SignUp", sign_up("eve", nope.clone()), missing).await;
    let body = with(confirmation("eve", "123456"), nope);
    check_refused(&server, "ConfirmSignUp", body, missing).await;
    let lists = json!({ "PreventUserExistenceErrors": "LEGACY" });
    let client = create_client(&server, POOL, lists).await;
    let body = with(
        confirmation("nobody", "123456"),
        json!({ "ClientId": client["ClientId"] }),
    );
    let refusal = ("UserNotFoundException", "User does not exist.");
    check_refused(&server, "ConfirmSignUp", body, refusal).await;
    server.stop().await;
}

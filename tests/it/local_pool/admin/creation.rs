//! Users that an administrator creates.

use super::*;
use crate::local_pool::setup::claims;

#[tokio::test]
async fn a_created_user_has_a_temporary_password_and_an_invitation() {
    let server = Server::start().await;
    let given = attributes(&[
        ("email", "eve@example.com"),
        ("phone_number", "+15555550199"),
    ]);
    let members = json!({
        "UserAttributes": given,
        "TemporaryPassword": "Temp0rary!",
        "DesiredDeliveryMediums": ["EMAIL", "SMS"],
        "ClientMetadata": { "k": "v" },
        "ValidationData": [{ "Name": "ignored", "Value": "x" }],
    });
    let answer = done(&server, "AdminCreateUser", with(named("eve"), members)).await;
    let user = &answer["User"];
    assert_eq!(user["Username"], "eve");
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(user["Enabled"], true);
    assert_eq!(user["UserCreateDate"], user["UserLastModifiedDate"]);
    let list = user["Attributes"].as_array().expect("a list");
    assert_eq!(list[0]["Name"], "sub");
    assert_eq!(list[1..], given.as_array().expect("a list")[..]);

    let outbox = server.local("outbox?username=eve").await;
    let messages = outbox["messages"].as_array().expect("a list");
    let seen: Vec<_> = messages
        .iter()
        .map(|it| {
            (
                text(&it["delivery_medium"]),
                text(&it["destination"]),
                text(&it["code"]),
            )
        })
        .collect();
    let expected = [("EMAIL", "eve@example.com"), ("SMS", "+15555550199")];
    let expected =
        expected.map(|(medium, to)| (medium.to_owned(), to.to_owned(), "Temp0rary!".to_owned()));
    assert_eq!(seen, expected);
    assert_eq!(
        messages[0]["text"],
        "Your username is eve and temporary password is Temp0rary!."
    );
    server.stop().await;
}

#[tokio::test]
async fn an_invitation_goes_by_text_message_unless_another_medium_is_asked_for_and_to_who_has_one()
{
    let server = Server::start().await;
    for (username, members, media) in [
        ("sms", json!({}), vec!["SMS"]),
        (
            "mail",
            json!({ "DesiredDeliveryMediums": ["EMAIL"] }),
            vec!["EMAIL"],
        ),
        ("none", json!({ "MessageAction": "SUPPRESS" }), vec![]),
        (
            "no-phone",
            json!({ "UserAttributes": attributes(&[("email", "x@example.com")]) }),
            vec![],
        ),
    ] {
        let both = attributes(&[("email", "x@example.com"), ("phone_number", "+15555550199")]);
        let body = with(named(username), json!({ "UserAttributes": both }));
        done(&server, "AdminCreateUser", with(body, members)).await;
        let outbox = server.local(&format!("outbox?username={username}")).await;
        let messages = outbox["messages"].as_array().expect("a list");
        let seen: Vec<_> = messages
            .iter()
            .map(|it| text(&it["delivery_medium"]))
            .collect();
        assert_eq!(seen, media, "{username}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_made_up_temporary_password_signs_in_once_it_is_read_in_the_invitation() {
    let server = Server::start().await;
    let members = json!({ "UserAttributes": attributes(&[("phone_number", "+15555550199")]) });
    done(&server, "AdminCreateUser", with(named("eve"), members)).await;
    let password = server.code("eve").await;
    let body = password_sign_in("localclient", "eve", &password);
    let answer = done(&server, "InitiateAuth", body).await;
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    server.stop().await;
}

#[tokio::test]
async fn an_invitation_can_be_sent_again_with_another_password_until_it_is_taken() {
    let server = Server::start().await;
    let members = json!({ "UserAttributes": attributes(&[("phone_number", "+15555550199")]) });
    done(&server, "AdminCreateUser", with(named("eve"), members)).await;
    let first = server.code("eve").await;
    let again = with(named("eve"), json!({ "MessageAction": "RESEND" }));
    done(&server, "AdminCreateUser", again.clone()).await;
    let second = server.code("eve").await;
    assert_ne!(first, second);
    let wrong = (NOT_AUTHORIZED, "Incorrect username or password.");
    let body = password_sign_in("localclient", "eve", &first);
    check_refused(&server, "InitiateAuth", body, wrong).await;
    done(
        &server,
        "InitiateAuth",
        password_sign_in("localclient", "eve", &second),
    )
    .await;

    let resend = |username| with(named(username), json!({ "MessageAction": "RESEND" }));
    let state = "Resend not possible. dan status is not FORCE_CHANGE_PASSWORD";
    let refusal = ("UnsupportedUserStateException", state);
    check_refused(&server, "AdminCreateUser", resend("dan"), refusal).await;
    let refusal = ("UserNotFoundException", "User does not exist.");
    check_refused(&server, "AdminCreateUser", resend("nobody"), refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn a_temporary_password_is_good_for_as_many_days_as_the_policy_says() {
    let server = Server::start().await;
    let policy = json!({ "TemporaryPasswordValidityDays": 2 });
    let members = json!({ "Policies": { "PasswordPolicy": policy } });
    let (pool, client) = create_pool_and_client(&server, members).await;
    let eve = json!({ "UserPoolId": pool, "Username": "eve" });
    let password = json!({ "TemporaryPassword": "Temp0rary!" });
    done(
        &server,
        "AdminCreateUser",
        with(eve.clone(), password.clone()),
    )
    .await;
    let body = || password_sign_in(&client, "eve", "Temp0rary!");
    server
        .order("clock", json!({ "advance_seconds": 2 * 86_400 - 60 }))
        .await;
    done(&server, "InitiateAuth", body()).await;
    server
        .order("clock", json!({ "advance_seconds": 60 }))
        .await;
    let old = "Temporary password has expired and must be reset by an administrator.";
    check_refused(&server, "InitiateAuth", body(), (NOT_AUTHORIZED, old)).await;
    let again = with(password, json!({ "MessageAction": "RESEND" }));
    done(&server, "AdminCreateUser", with(eve, again)).await;
    done(&server, "InitiateAuth", body()).await;
    server.stop().await;
}

#[tokio::test]
async fn a_flag_keeps_its_spelling_and_means_the_same() {
    let server = Server::start().await;
    let members = json!({ "AliasAttributes": ["email"] });
    let (pool, client) = create_pool_and_client(&server, members).await;
    let pairs = [("email", "eve@example.com"), ("email_verified", "True")];
    create_user(&server, &pool, "eve", attributes(&pairs)).await;
    let (_, seen) = user(&server, &pool, "eve").await;
    assert_eq!(seen["email_verified"], "True");
    // Nobody signs in by an address that isn't verified.
    let tokens = sign_in(&server, &client, "eve@example.com").await;
    let own = server.attributes(&tokens.access).await;
    assert_eq!(own["email_verified"], "True");
    assert_eq!(claims(&tokens.id)["email_verified"], true);
    server.stop().await;
}

#[tokio::test]
async fn a_user_who_cant_be_is_not_created() {
    let server = Server::start().await;
    let with_attributes =
        |pairs: &[(&str, &str)]| with(named("eve"), json!({ "UserAttributes": attributes(pairs) }));
    let schema = "Attributes did not conform to the schema: ";
    for (body, code, message) in [
        (
            named("dan"),
            "UsernameExistsException",
            "User account already exists".to_owned(),
        ),
        (
            with_attributes(&[("custom:nope", "x")]),
            INVALID,
            format!("{schema}Type for attribute {{custom:nope}} could not be determined"),
        ),
        (
            with_attributes(&[("birthdate", "1"), ("updated_at", "x")]),
            INVALID,
            format!(
                "{schema}birthdate: String must be no shorter than 10 characters\nupdated_at: Number expected\n"
            ),
        ),
        (
            with_attributes(&[("sub", "x")]),
            INVALID,
            "Cannot modify the non-mutable attribute sub".to_owned(),
        ),
        (
            with_attributes(&[("email", "nope")]),
            INVALID,
            "Invalid email address format.".to_owned(),
        ),
        (
            with_attributes(&[("phone_number", "1")]),
            INVALID,
            "Invalid phone number format.".to_owned(),
        ),
        (
            json!({ "UserPoolId": "us-east-1_nope", "Username": "eve" }),
            "ResourceNotFoundException",
            "User pool us-east-1_nope does not exist.".to_owned(),
        ),
    ] {
        check_refused(&server, "AdminCreateUser", body, (code, &message)).await;
    }
    let refusal = ("UserNotFoundException", "User does not exist.");
    check_refused(&server, "AdminGetUser", named("eve"), refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn the_models_constraints_on_a_new_user_hide_what_is_sensitive() {
    let server = Server::start().await;
    let broken = json!({
        "UserPoolId": "nope",
        "Username": "with space",
        "TemporaryPassword": " secret ",
        "MessageAction": "MAYBE",
        "DesiredDeliveryMediums": ["PIGEON"],
    });
    let failures = [
        (
            "Value 'nope' at 'userPoolId'",
            r"regular expression pattern: [\w-]+_[0-9a-zA-Z]+",
        ),
        (
            "Value at 'username'",
            r"regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        ),
        (
            "Value at 'temporaryPassword'",
            r"regular expression pattern: ^[\S]+.*[\S]+$",
        ),
        (
            "Value 'MAYBE' at 'messageAction'",
            "enum value set: [RESEND, SUPPRESS]",
        ),
        (
            "Value '[PIGEON]' at 'desiredDeliveryMediums'",
            "constraint: [Member must satisfy enum value set: [SMS, EMAIL]]",
        ),
    ]
    .map(|(subject, what)| {
        format!("{subject} failed to satisfy constraint: Member must satisfy {what}")
    });
    let message = format!("5 validation errors detected: {}", failures.join("; "));
    check_refused(&server, "AdminCreateUser", broken, (INVALID, &message)).await;
    server.stop().await;
}

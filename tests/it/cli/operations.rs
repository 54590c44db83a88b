//! The operations besides the update: what reaches Cognito, what is printed, what is refused.

use serde_json::json;

use super::*;
use crate::{
    operations::{answering, check_sent, json_answer},
    support::scripted::{self, Answer},
};

#[tokio::test]
async fn a_verification_gives_the_code_back_and_prints_nothing() {
    let (cognito, server) = answering(json_answer(&json!({}))).await;

    let words = ["--attribute-name", "email", "--code", "012345"];
    let printed = ask(&server, "token", VERIFY, &words).await;

    assert_eq!(printed, nothing());
    let body = json!({"AccessToken": "token", "AttributeName": "email", "Code": "012345"});
    check_sent(&cognito, "VerifyUserAttribute", &body);
    server.stop().await;
}

#[tokio::test]
async fn a_wish_for_a_code_prints_where_the_code_went() {
    let details = json!({
        "AttributeName": "phone_number",
        "DeliveryMedium": "SMS",
        "Destination": "+*******0100",
    });
    let answer = json!({ "CodeDeliveryDetails": details });
    let (cognito, server) = answering(json_answer(&answer)).await;

    let words = ["--attr", "phone_number", "--client-metadata", "k=v"];
    let printed = ask(&server, "token", GET_CODE, &words).await;

    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(printed.stdout, @r#"
    {
        "CodeDeliveryDetails": {
            "Destination": "+*******0100",
            "DeliveryMedium": "SMS",
            "AttributeName": "phone_number"
        }
    }
    "#);
    let body = json!({
        "AccessToken": "token",
        "AttributeName": "phone_number",
        "ClientMetadata": {"k": "v"},
    });
    check_sent(&cognito, "GetUserAttributeVerificationCode", &body);
    server.stop().await;
}

#[tokio::test]
async fn a_deletion_sends_the_names_and_prints_nothing() {
    for names in [
        &["nickname", "custom:department"][..],
        &[r#"["nickname", "custom:department"]"#],
    ] {
        let (cognito, server) = answering(json_answer(&json!({}))).await;

        let words = [&["--user-attribute-names"][..], names].concat();
        let printed = ask(&server, "token", DELETE, &words).await;

        assert_eq!(printed, nothing());
        let names = ["nickname", "custom:department"];
        let body = json!({"UserAttributeNames": names, "AccessToken": "token"});
        check_sent(&cognito, "DeleteUserAttributes", &body);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_user_is_printed_as_the_pool_has_it() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let url = server.grpc_url();

    let environment = [
        ("USER_ATTRIBUTES_ACCESS_TOKEN", token.as_str()),
        ("USER_ATTRIBUTES_ENDPOINT", &url),
    ];
    let printed = client(&[GET_USER], &environment).await;

    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    let start = "{\n    \"Username\": \"dan\",\n    \"UserAttributes\": [\n        {\n";
    assert!(printed.stdout.starts_with(start), "{printed:?}");
    let user: serde_json::Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let pools = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(user, pools.body);
    server.stop().await;
}

#[tokio::test]
async fn everything_that_cognito_tells_of_a_user_is_printed_in_the_models_order() {
    let answer = json!({
        "MFAOptions": [{"AttributeName": "phone_number", "DeliveryMedium": "SMS"}],
        "PreferredMfaSetting": "SMS_MFA",
        "UserAttributes": [{"Name": "nickname", "Value": ""}, {"Name": "name"}],
        "UserMFASettingList": ["SMS_MFA"],
        "Username": "dan",
    });
    let (cognito, server) = answering(json_answer(&answer)).await;

    let printed = ask(&server, "token", GET_USER, &[]).await;

    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(printed.stdout, @r#"
    {
        "Username": "dan",
        "UserAttributes": [
            {
                "Name": "nickname",
                "Value": ""
            },
            {
                "Name": "name"
            }
        ],
        "MFAOptions": [
            {
                "DeliveryMedium": "SMS",
                "AttributeName": "phone_number"
            }
        ],
        "PreferredMfaSetting": "SMS_MFA",
        "UserMFASettingList": [
            "SMS_MFA"
        ]
    }
    "#);
    check_sent(&cognito, "GetUser", &json!({"AccessToken": "token"}));
    server.stop().await;
}

#[tokio::test]
async fn a_refusal_of_cognitos_names_the_operation() {
    let (code, email) = (["--code", "1"], ["--attribute-name", "email"]);
    let names = ["--user-attribute-names", "nickname"];
    for (command, words, exception, operation, message) in [
        (
            VERIFY,
            [email, code].concat(),
            "CodeMismatchException",
            "VerifyUserAttribute",
            "the verification code is wrong",
        ),
        (
            GET_CODE,
            email.to_vec(),
            "LimitExceededException",
            "GetUserAttributeVerificationCode",
            "Access Token has expired",
        ),
        (
            DELETE,
            names.to_vec(),
            "NotAuthorizedException",
            "DeleteUserAttributes",
            "Access Token has expired",
        ),
        (
            GET_USER,
            vec![],
            "UserNotFoundException",
            "GetUser",
            "the user of the access token doesn't exist any more",
        ),
    ] {
        // The server hands this text on for two of the four; it says the others in its own words.
        let refusal = scripted::exception(400, exception, "Access Token has expired");
        let (_cognito, server) = answering(Answer::Bytes(refusal)).await;
        let printed = ask(&server, "token", command, &words).await;
        let headline = format!("({exception}) when calling the {operation} operation: {message}");
        check_refusal(&printed, &headline, &["  outcome: not_applied"]);
        server.stop().await;
    }
}

//! A code that is asked for again.

use super::*;

const RESEND: &str = "ResendConfirmationCode";

fn resend(username: &str) -> Value {
    json!({ "ClientId": "localclient", "Username": username })
}

async fn sign_up_with_email(server: &Server, username: &str) {
    let given = attributes(&[("email", "eve@example.com")]);
    done(
        server,
        "SignUp",
        sign_up(username, json!({ "UserAttributes": given })),
    )
    .await;
}

#[tokio::test]
async fn it_goes_to_the_same_address_and_takes_the_place_of_the_first() {
    let server = Server::start().await;
    sign_up_with_email(&server, "eve").await;
    // Two codes in a million pairs are the same.
    let (first, second) = loop {
        let first = server.code("eve").await;
        let body = with(resend("eve"), json!({ "ClientMetadata": { "k": "v" } }));
        let answer = done(&server, RESEND, body).await;
        let details = json!({
            "Destination": "e***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
        });
        assert_eq!(answer, json!({ "CodeDeliveryDetails": details }));
        let second = server.code("eve").await;
        if first != second {
            break (first, second);
        }
    };
    let events = server.local("triggers?newest=1").await;
    let event = &events["events"][0];
    assert_eq!(event["triggerSource"], "CustomMessage_ResendCode");
    assert_eq!(event["request"]["clientMetadata"], json!({ "k": "v" }));
    let mismatch = "Invalid verification code provided, please try again.";
    let refusal = ("CodeMismatchException", mismatch);
    check_refused(
        &server,
        "ConfirmSignUp",
        confirmation("eve", &first),
        refusal,
    )
    .await;
    done(&server, "ConfirmSignUp", confirmation("eve", &second)).await;
    assert_eq!(user(&server, POOL, "eve").await.0, "CONFIRMED");
    server.stop().await;
}

#[tokio::test]
async fn it_comes_five_times_in_an_hour() {
    let server = Server::start().await;
    sign_up_with_email(&server, "eve").await;
    for _ in 0..5 {
        done(&server, RESEND, resend("eve")).await;
    }
    let limit = "Attempt limit exceeded, please try after some time.";
    let refusal = ("LimitExceededException", limit);
    check_refused(&server, RESEND, resend("eve"), refusal).await;
    server
        .order("clock", json!({ "advance_seconds": 3600 }))
        .await;
    done(&server, RESEND, resend("eve")).await;
    server.stop().await;
}

#[tokio::test]
async fn who_needs_none_or_has_no_address_or_isnt_there_gets_none() {
    let server = Server::start().await;
    let (pool, client) = create_pool_and_client(&server, json!({})).await;
    create_user(&server, &pool, "ann", json!([])).await;
    let client = json!({ "ClientId": client });
    done(&server, "SignUp", sign_up("eve", client.clone())).await;
    let nobody = "Username/client id combination not found.";
    for (username, exception, message) in [
        ("ann", INVALID, "User is already confirmed."),
        (
            "eve",
            INVALID,
            "Cannot resend codes. Auto verification not turned on.",
        ),
        ("nobody", "UserNotFoundException", nobody),
    ] {
        let body = with(resend(username), client.clone());
        check_refused(&server, RESEND, body, (exception, message)).await;
    }
    let body = json!({ "ClientId": "none", "Username": "ann" });
    let none = "User pool client none does not exist.";
    check_refused(&server, RESEND, body, ("ResourceNotFoundException", none)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_hides_who_exists_says_the_same_of_everybody() {
    let server = Server::start().await;
    for (username, destination, medium) in [
        ("dan", "d***@d***", "EMAIL"),
        ("nobody@example.com", "n***@e***", "EMAIL"),
        ("+15555550123", "+*******0123", "SMS"),
    ] {
        let answer = done(&server, RESEND, resend(username)).await;
        let details = &answer["CodeDeliveryDetails"];
        assert_eq!(details["Destination"], destination);
        assert_eq!(details["DeliveryMedium"], medium);
    }
    assert_eq!(server.local("outbox").await, json!({ "messages": [] }));
    server.stop().await;
}

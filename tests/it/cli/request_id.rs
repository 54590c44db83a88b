//! A change is made once, though it is asked for twice.

use super::*;
use crate::{
    operations::{answering, json_answer},
    support::scripted::Answer,
};

const NICKNAME: [&str; 1] = ["Name=nickname,Value=Dan"];

#[tokio::test]
async fn a_change_under_one_id_is_made_once() {
    let (cognito, server) = answering(json_answer(&serde_json::json!({}))).await;
    for _ in 0..2 {
        let printed = update(&server, "token", &NICKNAME, &["--request-id", "mine"]).await;
        assert_eq!(printed, nothing());
    }
    assert_eq!(cognito.hits(), 1);

    // Those that the client makes up are as different as their changes.
    for _ in 0..2 {
        assert_eq!(update(&server, "token", &NICKNAME, &[]).await, nothing());
    }
    assert_eq!(cognito.hits(), 3);
    server.stop().await;
}

#[tokio::test]
async fn a_change_whose_outcome_is_unknown_can_be_asked_for_again() {
    let (cognito, server) = answering(Answer::BytesThenClose(Vec::new())).await;

    let first = update(&server, "token", &NICKNAME, &[]).await;

    assert_eq!(first.code, Some(254), "{first:?}");
    let mut lines = first.stderr.lines();
    let id = lines.find_map(|line| line.strip_prefix("  requestId: "));
    let id = id.expect("the client says the id that it has made up");
    assert!(first.stderr.contains("  outcome: unknown\n"), "{first:?}");
    let advice = format!(
        "\n\nThe change may have been made. To ask the same server again, repeat it with \
         --request-id {id}\n"
    );
    assert!(first.stderr.ends_with(&advice), "{first:?}");

    let again = update(&server, "token", &NICKNAME, &["--request-id", id]).await;
    assert_eq!(again.of_any_call(), first.of_any_call());
    assert_eq!(cognito.hits(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_blank_id_is_refused_as_it_would_protect_nothing() {
    let message = "Error parsing parameter '--request-id': it is blank, so that nothing would make \
                   the change safe to repeat; without the option, this client makes an id up\n";
    for words in [
        &[UPDATE, super::NICKNAME, "--request-id", ""][..],
        &[GET_CODE, "--attribute-name=email", "--request-id="],
        &[DELETE, "--request-id=", "--user-attribute-names=nickname"],
    ] {
        check_usage_error(&[words, &[TOKEN]].concat(), message).await;
    }
}

#[tokio::test]
async fn a_code_that_may_have_been_sent_is_asked_of_the_user() {
    let (cognito, server) = answering(Answer::BytesThenClose(Vec::new())).await;
    let advice = "\n\nA code may have been sent: ask the user whether one came. To ask the same \
                  server again, repeat it with --request-id mine\n";
    let words = ["--attribute-name=email", "--request-id=mine"];

    let printed = ask(&server, "token", GET_CODE, &words).await;

    assert_eq!(printed.code, Some(254), "{printed:?}");
    assert!(printed.stderr.ends_with(advice), "{printed:?}");
    assert_eq!(cognito.hits(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_read_takes_no_id_and_says_none() {
    let printed = client(&[GET_USER, TOKEN, "--request-id", "mine"], &[]).await;
    assert_eq!(printed.code, Some(252), "{printed:?}");

    let (_cognito, server) = answering(Answer::BytesThenClose(Vec::new())).await;
    let printed = ask(&server, "token", GET_USER, &[]).await;
    assert!(!printed.stderr.contains("request"), "{printed:?}");
    server.stop().await;
}

//! Where a verification code comes from, and that it is never repeated.

use serde_json::json;

use super::*;
use crate::{
    operations::{answering, check_sent, json_answer},
    support::scripted::{self, Answer},
};

#[tokio::test]
async fn a_code_may_stand_in_a_file() {
    let (cognito, server) = answering(json_answer(&json!({}))).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("code");
    std::fs::write(&path, "012345").expect("a file");

    let code = format!("--code=file://{}", path.display());
    let words = ["--attribute-name=email", "--code=overridden", &code];
    let printed = ask(&server, "token", VERIFY, &words).await;

    assert_eq!(printed, nothing());
    let body = json!({"AccessToken": "token", "AttributeName": "email", "Code": "012345"});
    check_sent(&cognito, "VerifyUserAttribute", &body);
    server.stop().await;
}

#[tokio::test]
async fn no_error_repeats_the_code() {
    let refusal = scripted::exception(400, "CodeMismatchException", "Invalid code provided");
    let (_cognito, server) = answering(Answer::Bytes(refusal)).await;
    let code = "012345";
    for (words, exit_code) in [
        (&["--code", code][..], 254),
        (&["--code", "012345 "], 254),
        (&["--code", "wrong", code], 252),
        (&["--code=wrong", "--code", code, "--attribute-name="], 252),
        (&["--code", code, "--bogus"], 252),
        (&["--code", code, "--client-metadata", "a=b"], 252),
        (&["--code012345"], 252),
        (&["--cod012345"], 252),
        (&["--codes=012345"], 252),
        (&["--codes", code], 252),
        (&["--access-token", "--code", code], 252),
        (&["--code", code, "--attribute-name"], 252),
        (&[code], 252),
    ] {
        let words = [&["--attribute-name=email"][..], words].concat();
        let printed = ask(&server, "token", VERIFY, &words).await;
        assert_eq!(printed.code, Some(exit_code), "{words:?}: {printed:?}");
        assert_eq!(printed.stdout, "", "{words:?}");
        assert!(!printed.stderr.contains(code), "{words:?}: {printed:?}");
    }
    // Where a command should stand.
    let printed = client(&[code, VERIFY], &[]).await;
    assert_eq!(printed.code, Some(252), "{printed:?}");
    assert!(!printed.stderr.contains(code), "{printed:?}");
    server.stop().await;
}

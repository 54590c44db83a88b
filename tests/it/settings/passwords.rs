//! A URL may hold a password: no message repeats it.

use super::check_refusal;
use crate::support::process::run;

const ENDPOINTS: [&str; 2] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
];
/// The parts of passwords below.
const PARTS: [&str; 2] = ["hunt", "er2"];
const URLS: [&str; 6] = [
    "http://user:hunter2@host",
    "http://user:hunt er2@host",
    "http://user:hunter2",
    "user:hunter2@host",
    "http://host/?password=hunter2",
    "http://user:hunt%zzer2\\@host",
];

#[tokio::test]
async fn a_bad_endpoint_is_not_repeated() {
    for url in URLS {
        let flag = format!("--endpoint-url={url}");
        check_refusal(&[&flag], &[], &["--endpoint-url"], &PARTS).await;
        check_refusal(&["--local-pool", &flag], &[], &["--endpoint-url"], &PARTS).await;
        for name in ENDPOINTS {
            check_refusal(&[], &[(name, url)], &[name], &PARTS).await;
            check_refusal(&["--local-pool"], &[(name, url)], &[name], &PARTS).await;
        }
    }
}

#[tokio::test]
async fn a_url_in_a_wrong_place_is_not_repeated() {
    let url = URLS[0];
    let split = ["--endpoint-url", "http://user:hunt", "er2@host"];
    let split_twice = ["--endpoint-url", "http://user:a", "hunter2", "b@host"];
    let pool = format!("--local-pool={url}");
    let rows: [&[&str]; 7] = [
        &[url],
        &split,
        &split_twice,
        &["--endpoint", url],
        &["--grpc-addr", url],
        &["--log-format", url],
        &[&pool],
    ];
    for flags in rows {
        check_refusal(flags, &[], &[], &PARTS).await;
    }
    for name in ["USER_ATTRIBUTES_GRPC_ADDR", "USER_ATTRIBUTES_ENDPOINT_URL"] {
        let environment = [("AWS_REGION", "eu-west-1"), (name, url)];
        check_refusal(&[], &environment, &[name], &PARTS).await;
    }
}

#[tokio::test]
async fn an_endpoint_that_goes_with_nothing_else_is_not_repeated() {
    let url = "http://host/hunter2";
    let flag = format!("--endpoint-url={url}");
    check_refusal(&["--local-pool", &flag], &[], &["--endpoint-url"], &PARTS).await;
    for name in ENDPOINTS {
        check_refusal(&["--local-pool"], &[(name, url)], &[name], &PARTS).await;
    }
}

#[tokio::test]
async fn help_does_not_show_the_endpoint_of_the_environment() {
    let exit = run(&["--help"], &ENDPOINTS.map(|name| (name, URLS[0]))).await;
    assert_eq!(exit.code, Some(0));
    assert!(!exit.stdout.contains("hunter2"), "{}", exit.stdout);
}

//! Times that nothing works with, alone or together.

use tokio::net::TcpListener;

use super::{check_refusal, check_start};

#[tokio::test]
async fn a_time_of_zero_stops_the_start_where_nothing_would_work() {
    for flag in ["--max-deadline", "--upstream-timeout", "--connect-timeout"] {
        let typed = format!("{flag}=0s");
        check_refusal(
            &["--region=eu-central-1", &typed],
            &[],
            &[flag, "zero"],
            &[],
        )
        .await;
        let name = flag[2..].to_uppercase().replace('-', "_");
        let name = format!("USER_ATTRIBUTES_{name}");
        let environment = [("AWS_REGION", "eu-central-1"), (&name, "0ms")];
        check_refusal(&[], &environment, &[flag, &name, "zero"], &[]).await;
    }
}

#[tokio::test]
async fn delays_and_the_shortest_deadline_may_be_zero() {
    let flags = [
        "--region=eu-central-1",
        "--first-retry-delay=0s",
        "--second-retry-delay=0s",
        "--min-deadline=0s",
    ];
    check_start(
        &flags,
        &[],
        "https://cognito-idp.eu-central-1.amazonaws.com",
    )
    .await;
}

#[tokio::test]
async fn a_shortest_deadline_above_the_longest_stops_the_start_before_a_port_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("an address");
    let address = format!("--grpc-addr={address}");
    let both = ["--min-deadline", "--max-deadline"];
    let variable = ("USER_ATTRIBUTES_MIN_DEADLINE", "21s");
    for flags in [
        ["--region=eu-central-1", &address],
        ["--local-pool", &address],
    ] {
        check_refusal(&flags, &[variable], &[both[0], both[1], variable.0], &[]).await;
        let short = [&flags[..], &["--max-deadline=59ms"]].concat();
        check_refusal(&short, &[], &both, &[]).await;
    }
}

//! Addresses to listen on.

use tokio::net::TcpListener;

use super::{Row, check_refusal};
use crate::support::process::run;

#[tokio::test]
async fn a_port_in_use_stops_the_start_with_a_message() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("an address");
    let free = ["--grpc-addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0"];
    for flag in ["--grpc-addr", "--admin-addr", "--local-pool-addr"] {
        let taken = format!("{flag}={address}");
        let mut flags = vec!["--local-pool", &taken];
        flags.extend(free.iter().filter(|other| !other.starts_with(flag)));
        let exit = run(&flags, &[]).await;
        assert_eq!(exit.code, Some(1), "{flag}: {}", exit.stderr);
        assert!(
            exit.stderr.contains(&address.to_string()),
            "{flag}: {}",
            exit.stderr
        );
    }
}

#[tokio::test]
async fn localhost_is_an_address_to_listen_on() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("an address");
    let free = ["--grpc-addr=localhost:0", "--admin-addr=localhost:0"];
    for flag in ["--grpc-addr", "--admin-addr", "--local-pool-addr"] {
        let taken = format!("{flag}=localhost:{}", address.port());
        let mut flags = vec!["--local-pool", &taken];
        flags.extend(free.iter().filter(|other| !other.starts_with(flag)));
        let exit = run(&flags, &[]).await;
        assert_eq!(exit.code, Some(1), "{flag}: {}", exit.stderr);
        let told = exit
            .stderr
            .contains(&format!("{address} by {flag} (USER_ATTRIBUTES_"));
        assert!(told, "{flag}: {}", exit.stderr);
    }
}

#[tokio::test]
async fn a_local_pool_that_would_let_others_in_by_mistake_stops_the_start() {
    let rows: &[Row<'_>] = &[
        (
            &["--local-pool", "--local-pool-addr=0.0.0.0:0"],
            &[],
            "--local-pool-addr",
        ),
        (
            &["--local-pool", "--local-pool-addr=192.0.2.1:0"],
            &[],
            "--local-pool-addr",
        ),
        (
            &[
                "--local-pool",
                "--local-pool-addr=192.0.2.1:0",
                "--local-pool-allow-host=pool",
            ],
            &[],
            "--local-pool-addr",
        ),
        (
            &["--region=eu-west-1", "--local-pool-allow-host=pool"],
            &[],
            "--local-pool-allow-host",
        ),
        (
            &["--local-pool", "--local-pool-allow-host=pool:9229"],
            &[],
            "--local-pool-allow-host",
        ),
        (
            &["--local-pool", "--local-pool-allow-host=a/b"],
            &[],
            "--local-pool-allow-host",
        ),
        (
            &["--local-pool"],
            &[("USER_ATTRIBUTES_LOCAL_POOL_ALLOW_HOST", "")],
            "USER_ATTRIBUTES_LOCAL_POOL_ALLOW_HOST",
        ),
    ];
    for (flags, environment, named) in rows {
        check_refusal(flags, environment, &[named], &[]).await;
    }
}

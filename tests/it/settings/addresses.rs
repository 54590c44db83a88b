//! Addresses to listen on.

use tokio::net::TcpListener;

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
        let told = exit.stderr.contains(&format!("{address} ({flag})"));
        assert!(told, "{flag}: {}", exit.stderr);
    }
}

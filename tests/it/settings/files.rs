//! Files that a setting names.

use std::time::Duration;

use tokio::time::timeout;

use crate::support::{
    ca::{Ca, Files},
    process::refused,
};

/// For an end that comes at once, on a busy machine.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_pipe_or_a_folder_in_place_of_a_file_stops_the_start_at_once() {
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    files.put("ca.crt", &ca.pem());
    files.put_pipe("pipe");
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let region = "--region=eu-central-1";
    let rows: &[(&[&str], &str)] = &[
        (&[region, &key], "--tls-cert"),
        (&[region, &cert], "--tls-key"),
        (&[region, &cert, &key], "--tls-client-ca"),
        (&[region, &cert, &key, &client_ca], "--tls-client-crl"),
        (&[region], "--ssl-cert-file"),
        (&[region], "--audit-key-file"),
        (&["--local-pool"], "--local-pool-config"),
    ];
    for (others, setting) in rows {
        for name in ["pipe", "."] {
            let flag = files.flag(setting, name);
            let flags = [*others, &[&*flag]].concat();
            let exit = timeout(SOON, refused(&flags, &[])).await;
            let exit = exit.unwrap_or_else(|_| panic!("{flag} keeps it waiting"));
            assert_eq!(exit.code, Some(64), "{flag}: {}", exit.stderr);
            let path = files.path(name).display().to_string();
            for text in [setting, &*path, "it isn't a regular file"] {
                assert!(exit.stderr.contains(text), "{flag}: {}", exit.stderr);
            }
        }
    }
}

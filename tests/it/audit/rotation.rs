//! The file: its mode, and how another program rotates it.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::support::{calls::good, make_pipe};

#[tokio::test]
async fn a_file_that_is_renamed_is_opened_anew_at_a_sighup() {
    let mut audited = Audited::start([good()], &[]).await;
    let (file, old) = (audited.file(), audited.folder.path().join("old"));
    audited.call(UPDATE).await.expect("an answer");
    audited.written(&file, 1).await;
    fs::rename(&file, &old).expect("a rename");
    audited.call(UPDATE).await.expect("an answer");
    audited.written(&old, 2).await;
    audited.process.signal(Signal::HUP);
    audited.process.logged("audit file opened again").await;
    audited.call(UPDATE).await.expect("an answer");
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let counts = (audited.written(&file, 1).await.len(), events(&old).len());
    assert_eq!(counts, (1, 2));
    audited.end().await;
}

#[tokio::test]
async fn a_file_that_cant_be_opened_again_is_written_on_and_the_log_says_so() {
    let make_folder = |file: &Path| fs::create_dir(file).expect("a folder");
    // Nobody reads the pipe.
    for make in [make_pipe, make_folder] {
        let mut audited = Audited::start([good()], &[]).await;
        let (file, old) = (audited.file(), audited.folder.path().join("old"));
        fs::rename(&file, &old).expect("a rename");
        make(&file);
        audited.process.signal(Signal::HUP);
        let told = "can't open the audit file again: the old one is written on";
        let line = audited.process.logged(told).await;
        assert_eq!(line["level"], "ERROR");
        audited.call(UPDATE).await.expect("an answer");
        audited.written(&old, 1).await;
        // It is the end of neither the process nor of later attempts.
        let removed = fs::remove_dir(&file).or_else(|_| fs::remove_file(&file));
        removed.expect("it is there");
        audited.process.signal(Signal::HUP);
        audited.process.logged("audit file opened again").await;
        audited.call(UPDATE).await.expect("an answer");
        let counts = (audited.written(&file, 1).await.len(), events(&old).len());
        assert_eq!(counts, (1, 1));
        audited.end().await;
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_added_to_and_keeps_its_mode() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file_in(&folder);
    fs::write(&file, "{}\n").expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("its owner");
    let cognito = Scripted::new([good()]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let flag = format!("--audit-file={}", file.display());
    for _ in 0..2 {
        let process = Process::start(&[&endpoint, &flag], &[]).await;
        let client = calls::client(process.grpc_addr);
        let call = calls::call(&client, UPDATE, "").await;
        call.expect("an answer");
        process.signal(Signal::TERM);
        process.exit().await;
    }
    assert_eq!(events(&file).len(), 3);
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

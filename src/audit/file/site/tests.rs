//! Odd paths, and an opening that hangs.

use std::{
    os::unix::{fs::symlink, net::UnixListener},
    sync::mpsc::channel,
};

use tempfile::TempDir;

use super::{super::tests::make_pipe, *};

/// A folder with something of each kind.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("file"), "").expect("a file");
    fs::create_dir(path("folder")).expect("a folder");
    for (target, link) in [
        ("file", "to-file"),
        ("folder", "to-folder"),
        ("folder/new", "to-new"),
        ("to-new", "to-to-new"),
        ("missing/new", "to-nowhere"),
        ("new/", "to-new-folder"),
        ("loop", "loop"),
        ("/dev/full", "to-device"),
        ("/proc/new", "to-proc"),
    ] {
        symlink(target, path(link)).expect("a link");
    }
    make_pipe(&path("pipe"));
    drop(UnixListener::bind(path("socket")).expect("a socket"));
    folder
}

/// Of all below the folder, in order.
fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut names: Vec<_> = paths
        .flat_map(|path| {
            if path.is_dir() && !path.is_symlink() {
                names(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    names.sort();
    names
}

/// What open(2) itself says.
fn system_opens(path: &Path) -> bool {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let mut options = OpenOptions::new();
    let options = options.append(true).create(true).custom_flags(flags);
    options.open(path).is_ok()
}

#[test]
fn it_is_found_exactly_where_the_system_would_open_or_make_a_file_and_none_is_made() {
    for (name, expected) in [
        ("file", true),
        ("new", true),
        ("folder/new", true),
        ("folder/../new", true),
        ("to-folder/new", true),
        ("./new", true),
        ("folder//new", true),
        ("to-file", true),
        ("to-new", true),
        ("to-to-new", true),
        ("to-device", true),
        ("to-nowhere", false),
        ("to-new-folder", false),
        ("to-new/", false),
        ("to-new/x", false),
        ("to-proc", false),
        ("loop", false),
        ("", false),
        (".", false),
        ("..", false),
        ("new/", false),
        ("new/.", false),
        ("new/..", false),
        ("new/x", false),
        ("file/", false),
        ("file/x", false),
        ("folder", false),
        ("folder/", false),
        ("pipe", false),
        ("socket", false),
        (&"n".repeat(256), false),
        ("/proc/new", false),
        ("/proc/self/new", false),
        ("/proc/self/fd/9999", false),
        ("/sys/new", false),
        ("/dev/full", true),
        ("/dev/null/x", false),
    ] {
        let folder = folder();
        let path = PathBuf::from(match name {
            absolute if name.starts_with('/') => absolute.to_owned(),
            // `join` would leave a part of some out.
            relative => format!("{}/{relative}", folder.path().display()),
        });
        let before = names(folder.path());
        let found = Site::find(path.clone());
        assert_eq!(names(folder.path()), before, "{path:?}");
        assert_eq!(found.is_ok(), expected, "{path:?}: {:?}", found.err());
        let opened = found.and_then(Site::open).is_ok();
        assert_eq!(opened, expected, "{path:?}");
        fs::remove_file(folder.path().join("new")).ok();
        fs::remove_file(folder.path().join("folder/new")).ok();
        assert_eq!(system_opens(&path), expected, "{path:?}");
    }
    assert!(Site::find(PathBuf::new()).is_err());
}

#[test]
fn a_pipe_that_nobody_reads_and_a_socket_are_refused_at_once_and_named() {
    let folder = folder();
    for (name, said) in [
        ("pipe", "it is a pipe that nobody reads"),
        ("socket", "it is a socket"),
    ] {
        let path = folder.path().join(name);
        let refused = open_or_make(&path).expect_err("nobody reads it");
        assert_eq!(refused.to_string(), said);
    }
}

#[tokio::test]
async fn an_opening_that_hangs_is_given_up() {
    let (never, hung) = channel::<()>();
    let opened = in_time(move || Ok(hung.recv())).await;
    assert_eq!(opened.unwrap_err().kind(), ErrorKind::TimedOut);
    drop(never);
}

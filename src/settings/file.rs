//! Files that settings name.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use rustix::fs::{Mode, OFlags, open};

/// Most bytes of one. It is held in memory, and a list of revoked certificates with 300,000 of them
/// is as large.
const LARGEST: u64 = 16 * 1024 * 1024;

/// All that a regular file holds, up to 16 MiB. Symbolic links to one are followed.
///
/// # Errors
///
/// If it can't be read, isn't a regular file, or is larger: `FileTooLarge`.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // To open a pipe would otherwise take until somebody writes to it.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    let file = File::from(open(path, flags, Mode::empty())?);
    if !file.metadata()?.is_file() {
        let kind = io::ErrorKind::InvalidInput;
        return Err(io::Error::new(kind, "it isn't a regular file"));
    }
    let mut contents = Vec::new();
    let size = file.take(LARGEST + 1).read_to_end(&mut contents)?;
    if size as u64 > LARGEST {
        let kind = io::ErrorKind::FileTooLarge;
        return Err(io::Error::new(kind, "it has more than 16 MiB"));
    }
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use rustix::fs::{CWD, FileType, mknodat};

    use super::*;

    #[test]
    fn a_regular_file_is_read_whole_also_through_links() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "abc").expect("a temporary file");
        // As in a volume of Kubernetes.
        symlink("file", path("first")).expect("a link");
        symlink("first", path("second")).expect("a link");
        for name in ["file", "second"] {
            assert_eq!(read_file(&path(name)).expect("a file"), b"abc");
        }
        assert!(read_file(&path("no")).is_err());
    }

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
        for path in [&*pipe, folder.path(), Path::new("/dev/zero")] {
            let error = read_file(path).expect_err("it is none").to_string();
            assert_eq!(error, "it isn't a regular file", "{}", path.display());
        }
    }

    #[test]
    fn a_file_has_16_mib_at_most() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.as_file().set_len(LARGEST).expect("a sparse file");
        let size = read_file(file.path()).expect("a file").len();
        assert_eq!(size as u64, LARGEST);
        file.as_file().set_len(LARGEST + 1).expect("a sparse file");
        let error = read_file(file.path()).expect_err("it is too large");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}

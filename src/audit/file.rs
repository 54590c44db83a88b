//! The file of the audit: appended to, and opened again when it is told to.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustix::fs::{Access, access};

/// For a file that isn't there yet: its owner alone may read it.
const MODE: u32 = 0o600;

/// The file that has the path, or had it when it was opened.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    /// Held while it is written to or changed for another, by threads that may wait for a disk.
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    /// Whether it ends in the midst of a line, so that the next one needs a newline before it.
    is_torn: bool,
}

impl AuditFile {
    /// Opens it, and makes it if it isn't there.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let open = Mutex::new(Open::at(&path)?);
        Ok(Self { path, open })
    }

    /// Finds out whether it can be opened, without making it.
    pub fn check(path: &Path) -> io::Result<()> {
        match OpenOptions::new().append(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
            }
            opened => opened.map(drop),
        }
    }

    /// The path it is opened at.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it again: what has the path now is written to. If that fails, the old one still is.
    pub fn reopen(&self) -> io::Result<()> {
        let open = Open::at(&self.path)?;
        *self.lock() = open;
        Ok(())
    }

    /// Appends lines. The first half of the result is how many bytes of them are written.
    pub fn append(&self, lines: &[u8]) -> (usize, io::Result<()>) {
        self.lock().append(lines)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn at(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).mode(MODE).open(path)?;
        let is_torn = ends_within_a_line(&file, path).unwrap_or(false);
        Ok(Self { file, is_torn })
    }

    fn append(&mut self, lines: &[u8]) -> (usize, io::Result<()>) {
        if self.is_torn {
            if let Err(error) = self.file.write_all(b"\n") {
                return (0, Err(error));
            }
            self.is_torn = false;
        }
        let mut written = 0;
        while written < lines.len() {
            let error = match self.file.write(&lines[written..]) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(count) => {
                    written += count;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            self.is_torn = lines[..written].last().is_some_and(|last| *last != b'\n');
            return (written, Err(error));
        }
        (written, Ok(()))
    }
}

/// As a full disk or the end of a machine leaves it. A file that can't be read isn't asked.
fn ends_within_a_line(file: &File, path: &Path) -> io::Result<bool> {
    let about = file.metadata()?;
    if !about.is_file() || about.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    let mut reader = File::open(path)?;
    reader.seek(SeekFrom::End(-1))?;
    reader.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn append(file: &AuditFile, line: &str) {
        let (written, result) = file.append(line.as_bytes());
        result.expect("room");
        assert_eq!(written, line.len());
    }

    #[test]
    fn a_new_file_is_its_owners_alone_and_one_that_is_there_is_added_to_and_keeps_its_mode() {
        let folder = folder();
        let path = folder.path().join("audit");
        let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        append(&AuditFile::open(path.clone()).expect("a file"), "1\n");
        assert_eq!(mode(), 0o600);
        let group_reads = fs::Permissions::from_mode(0o640);
        fs::set_permissions(&path, group_reads).expect("its owner");
        append(&AuditFile::open(path.clone()).expect("a file"), "2\n");
        assert_eq!(fs::read_to_string(&path).expect("text"), "1\n2\n");
        assert_eq!(mode(), 0o640);
    }

    #[test]
    fn a_line_that_was_cut_short_is_ended_before_the_next_one() {
        let folder = folder();
        let path = folder.path().join("audit");
        fs::write(&path, "1\n{\"half").expect("a file");
        let file = AuditFile::open(path.clone()).expect("a file");
        append(&file, "2\n");
        append(&file, "3\n");
        let all = fs::read_to_string(&path).expect("text");
        assert_eq!(all, "1\n{\"half\n2\n3\n");
    }

    #[test]
    fn a_file_that_is_renamed_is_written_on_until_it_is_opened_again() {
        let folder = folder();
        let (path, old) = (folder.path().join("audit"), folder.path().join("old"));
        let file = AuditFile::open(path.clone()).expect("a file");
        append(&file, "1\n");
        fs::rename(&path, &old).expect("a rename");
        append(&file, "2\n");
        file.reopen().expect("a file");
        append(&file, "3\n");
        assert_eq!(fs::read_to_string(old).expect("text"), "1\n2\n");
        assert_eq!(fs::read_to_string(path).expect("text"), "3\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_takes_nothing_and_leaves_no_half_line() {
        let file = AuditFile::open("/dev/full".into()).expect("a device");
        let (written, result) = file.append(b"1\n");
        assert_eq!(written, 0);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(!file.lock().is_torn);
    }
}

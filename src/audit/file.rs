//! The file of the audit: appended to, and opened again when it is told to.

mod site;

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Write as _},
    mem,
    os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rustix::fs::OFlags;

pub(super) use self::site::{OPENING, Site, in_time};

/// The file that has the path, or had it when it was opened.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    /// How often it was tried to open it again.
    attempts: AtomicU64,
    /// Held while it is written to or changed for another, by threads that may wait for a disk.
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    /// The attempt that opened it.
    attempt: u64,
    file: File,
    /// The same file, if it can be read.
    reader: Option<File>,
    /// Whether it may end in the midst of a line, so that the next one needs a newline before it.
    may_be_torn: bool,
}

impl AuditFile {
    /// Opens it, and makes it if it isn't there.
    pub fn open(site: Site) -> io::Result<Self> {
        let (path, file) = site.open()?;
        let open = Mutex::new(Open::new(0, file, &path)?);
        Ok(Self {
            path,
            attempts: AtomicU64::new(0),
            open,
        })
    }

    /// The path it is opened at.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it again: what has the path now is written to. If that fails, the old one still is. It
    /// may take long, and a later attempt that is done before counts.
    pub fn reopen(&self) -> io::Result<()> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let open = Open::new(attempt, site::open_or_make(&self.path)?, &self.path)?;
        let mut current = self.lock();
        if current.attempt < attempt {
            let old = mem::replace(&mut *current, open);
            drop(current);
            // Which can take long, too.
            drop(old);
        }
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
    fn new(attempt: u64, file: File, path: &Path) -> io::Result<Self> {
        let reader = reader(&file, path)?;
        Ok(Self {
            attempt,
            file,
            may_be_torn: reader.is_some(),
            reader,
        })
    }

    fn append(&mut self, lines: &[u8]) -> (usize, io::Result<()>) {
        if let Err(error) = self.end_torn_line() {
            return (0, Err(error));
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
            self.may_be_torn = lines[..written].last().is_some_and(|last| *last != b'\n');
            return (written, Err(error));
        }
        (written, Ok(()))
    }

    /// A full disk or the end of a machine leaves such a line. Meanwhile somebody may have made room by
    /// cutting the file, and then there is none.
    fn end_torn_line(&mut self) -> io::Result<()> {
        if self.may_be_torn && self.is_torn().unwrap_or(true) {
            self.file.write_all(b"\n")?;
        }
        self.may_be_torn = false;
        Ok(())
    }

    /// What can't be asked is an error.
    fn is_torn(&self) -> io::Result<bool> {
        let about = self.file.metadata()?;
        let Some(last) = about.len().checked_sub(1).filter(|_| about.is_file()) else {
            return Ok(!about.is_file());
        };
        let reader = self
            .reader
            .as_ref()
            .ok_or(io::ErrorKind::PermissionDenied)?;
        let mut byte = [0];
        reader.read_exact_at(&mut byte, last)?;
        Ok(byte != *b"\n")
    }
}

/// The same file, for reading, if it is one and may be read.
fn reader(file: &File, path: &Path) -> io::Result<Option<File>> {
    let about = file.metadata()?;
    if !about.is_file() {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    // Something else may have its path by now, such as a pipe.
    options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let reader = options.read(true).open(path).ok();
    let is_same = |it: Metadata| (it.dev(), it.ino()) == (about.dev(), about.ino());
    Ok(reader.filter(|reader| reader.metadata().is_ok_and(is_same)))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    pub fn make_pipe(path: &Path) {
        let mode = Mode::RUSR | Mode::WUSR;
        mknodat(CWD, path, FileType::Fifo, mode, 0).expect("a new path");
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn open(path: &Path) -> AuditFile {
        let site = Site::find(path.to_owned());
        site.and_then(AuditFile::open).expect("a file")
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
        append(&open(&path), "1\n");
        assert_eq!(mode(), 0o600);
        let group_reads = fs::Permissions::from_mode(0o640);
        fs::set_permissions(&path, group_reads).expect("its owner");
        append(&open(&path), "2\n");
        assert_eq!(fs::read_to_string(&path).expect("text"), "1\n2\n");
        assert_eq!(mode(), 0o640);
    }

    #[test]
    fn a_line_that_was_cut_short_is_ended_before_the_next_one() {
        let folder = folder();
        let path = folder.path().join("audit");
        fs::write(&path, "1\n{\"half").expect("a file");
        let file = open(&path);
        append(&file, "2\n");
        append(&file, "3\n");
        let all = fs::read_to_string(&path).expect("text");
        assert_eq!(all, "1\n{\"half\n2\n3\n");
    }

    #[test]
    fn a_line_that_was_cut_short_and_is_cut_away_leaves_no_empty_one() {
        for (left, expected) in [("", "2\n"), ("1\n", "1\n2\n"), ("1", "1\n2\n")] {
            for is_renamed in [false, true] {
                let folder = folder();
                let (mut path, new) = (folder.path().join("audit"), folder.path().join("new"));
                fs::write(&path, "1\n{\"half").expect("a file");
                let file = open(&path);
                if is_renamed {
                    fs::rename(&path, &new).expect("a rename");
                    path = new;
                }
                fs::write(&path, left).expect("a file");
                append(&file, "2\n");
                assert_eq!(fs::read_to_string(&path).expect("text"), expected);
            }
        }
    }

    #[test]
    fn a_pipe_whose_reader_is_slow_gets_every_byte() {
        const MORE_THAN_IT_HOLDS: usize = 1 << 20;
        let folder = folder();
        let path = folder.path().join("pipe");
        make_pipe(&path);
        let both = OpenOptions::new().read(true).write(true).open(&path);
        let reader = File::open(&path).expect("a pipe");
        let file = open(&path);
        drop(both);
        let lines = "1\n".repeat(MORE_THAN_IT_HOLDS / 2);
        let writer = std::thread::spawn(move || append(&file, &lines));
        let read = io::read_to_string(reader).expect("text");
        writer.join().expect("no panic");
        assert_eq!(read.len(), MORE_THAN_IT_HOLDS);
    }

    #[test]
    fn a_file_that_is_renamed_is_written_on_until_it_is_opened_again() {
        let folder = folder();
        let (path, old) = (folder.path().join("audit"), folder.path().join("old"));
        let file = open(&path);
        append(&file, "1\n");
        fs::rename(&path, &old).expect("a rename");
        append(&file, "2\n");
        file.reopen().expect("a file");
        append(&file, "3\n");
        assert_eq!(fs::read_to_string(old).expect("text"), "1\n2\n");
        assert_eq!(fs::read_to_string(path).expect("text"), "3\n");
    }

    #[test]
    fn an_attempt_to_open_it_again_that_takes_longer_than_a_later_one_counts_no_more() {
        let folder = folder();
        let (path, later) = (folder.path().join("audit"), folder.path().join("later"));
        let file = open(&path);
        fs::rename(&path, &later).expect("a rename");
        file.lock().attempt = 2;
        file.reopen().expect("a file");
        append(&file, "1\n");
        assert_eq!(fs::read_to_string(&later).expect("text"), "1\n");
        for _ in 2..=3 {
            file.reopen().expect("a file");
        }
        append(&file, "2\n");
        assert_eq!(fs::read_to_string(&path).expect("text"), "2\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_takes_nothing_and_leaves_no_half_line() {
        let file = open(Path::new("/dev/full"));
        let (written, result) = file.append(b"1\n");
        assert_eq!(written, 0);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(!file.lock().may_be_torn);
    }
}

//! How the file is opened: so that nothing hangs, and so that `--check-config` knows what a start would
//! find.

#[cfg(test)]
mod tests;

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{FileTypeExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::{
    fs::{Access, OFlags, access, fcntl_getfl, fcntl_setfl},
    io::Errno,
};
use tokio::{task::spawn_blocking, time::timeout};

/// For a file that isn't there yet: its owner alone may read it.
const MODE: u32 = 0o600;
/// Most links that the system follows.
const MAX_LINKS: usize = 40;

/// How long opening a file may take.
pub(in crate::audit) const OPENING: Duration = Duration::from_secs(5);

/// A path, with what is open there, or where a file can be made.
pub(in crate::audit) struct Site {
    path: PathBuf,
    file: Option<File>,
}

impl Site {
    /// Opens what has the path. Where nothing has, it finds out whether a file can be made, and makes
    /// none.
    pub fn find(path: PathBuf) -> io::Result<Self> {
        let file = match open(&path, false) {
            Ok(file) => Some(file),
            Err(missing) if missing.kind() == ErrorKind::NotFound => {
                check_absent(&path, missing)?;
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Self { path, file })
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path, and its file. One that wasn't there is made.
    pub(super) fn open(self) -> io::Result<(PathBuf, File)> {
        let file = match self.file {
            Some(file) => file,
            None => open(&self.path, true)?,
        };
        Ok((self.path, file))
    }
}

/// What opening a file comes to, or that it takes too long. Then it goes on in a thread of its own.
pub(in crate::audit) async fn in_time<T: Send + 'static>(
    open: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let opened = timeout(OPENING, spawn_blocking(open)).await;
    opened.map_err(|_| ErrorKind::TimedOut)??
}

/// Opens what has the path now, and makes it if nothing has. As a start does, it makes a file only
/// where there is none: of one that is there, the system can forbid more to who would make it.
/// Source: [protected_regular](https://docs.kernel.org/admin-guide/sysctl/fs.html#protected-regular)
pub(super) fn open_or_make(path: &Path) -> io::Result<File> {
    match open(path, false) {
        Err(error) if error.kind() == ErrorKind::NotFound => open(path, true),
        opened => opened,
    }
}

/// A pipe is opened at once or not at all: who waited until somebody reads it might wait for ever.
fn open(path: &Path, make: bool) -> io::Result<File> {
    let at_once = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = OpenOptions::new();
    options.append(true).create(make).mode(MODE);
    options.custom_flags(at_once.bits().cast_signed());
    let file = options.open(path).map_err(|error| explain(error, path))?;
    let kind = file.metadata()?.file_type();
    if kind.is_block_device() {
        return Err(io::Error::other("it is a block device"));
    }
    // Whoever writes to it may wait, and must: a slow reader is no error.
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

/// The system says of both that there is no such device.
fn explain(error: io::Error, path: &Path) -> io::Error {
    let has_no_reader = error.raw_os_error() == Some(Errno::NXIO.raw_os_error());
    let kind = fs::metadata(path).map(|about| about.file_type());
    match kind {
        Ok(kind) if has_no_reader && kind.is_fifo() => {
            io::Error::new(error.kind(), "it is a pipe that nobody reads")
        }
        Ok(kind) if has_no_reader && kind.is_socket() => {
            io::Error::new(error.kind(), "it is a socket")
        }
        _ => error,
    }
}

/// Whether a file can be made at this path, which nothing has; `missing` says so.
/// Source: [open(2)](https://man7.org/linux/man-pages/man2/open.2.html), `O_CREAT`
fn check_absent(path: &Path, missing: io::Error) -> io::Result<()> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let bytes = path.as_os_str().as_bytes();
        let name = bytes.iter().rposition(|byte| *byte == b'/');
        let (folder, name) = bytes.split_at(name.map_or(0, |slash| slash + 1));
        if name.is_empty() {
            break; // it is to be a folder
        }
        let folder = Path::new(OsStr::from_bytes(folder));
        match fs::read_link(&path) {
            // It is made where the link leads to.
            Ok(target) => path = folder.join(target),
            Err(_) if folder.as_os_str().is_empty() => return check_folder(Path::new(".")),
            Err(_) => return check_folder(folder),
        }
    }
    Err(missing)
}

/// Whether a file can be made in this folder. The kernel's own, such as `/proc`, take none from
/// anybody, whatever their mode says. Linux tells by a file without a name, which is gone at once.
#[cfg(target_os = "linux")]
fn check_folder(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Mode, statvfs};

    let nameless = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    match rustix::fs::open(folder, nameless, Mode::RUSR | Mode::WUSR) {
        Ok(_) => Ok(()),
        Err(error @ Errno::OPNOTSUPP) if statvfs(folder)?.f_blocks == 0 => Err(error.into()),
        // A file system can lack them, and a rule can forbid those alone.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::ACCESS | Errno::PERM) => {
            check_mode(folder)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn check_folder(folder: &Path) -> io::Result<()> {
    check_mode(folder)
}

fn check_mode(folder: &Path) -> io::Result<()> {
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

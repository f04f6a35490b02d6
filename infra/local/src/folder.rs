//! The folder of a system's files: the given one, locked for this process, or a temporary one.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};
use tempfile::TempDir;

use crate::unusable;

/// How often the folder's lock is tried again. A process that is about to execute another program still holds, for a
/// moment, the lock of the process from which it was forked.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// A folder for as long as its system runs.
pub struct Folder {
    path: PathBuf,
    is_kept: bool,
    _lock: Option<File>,
    /// Removes a temporary folder at the end.
    _temporary: Option<TempDir>,
}

impl Folder {
    /// The folder `data`, created if it is missing; with `None` a temporary one.
    pub fn open(data: Option<&Path>) -> Result<Self> {
        if let Some(path) = data {
            return Ok(Self {
                path: path.to_owned(),
                is_kept: true,
                _lock: Some(lock(path)?),
                _temporary: None,
            });
        }
        let folder = tempfile::tempdir().context("no temporary folder")?;
        Ok(Self {
            path: folder.path().to_owned(),
            is_kept: false,
            _lock: None,
            _temporary: Some(folder),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the database; a system that keeps nothing has its database in memory.
    pub fn database(&self) -> Option<PathBuf> {
        self.is_kept.then(|| self.path.join("weiquan.db"))
    }
}

/// Creates the folder and locks it for this process.
fn lock(folder: &Path) -> Result<File> {
    let cannot = |cause: io::Error| match cause.kind() {
        ErrorKind::StorageFull => unusable::full(folder),
        _ => Error::new(cause).context(format!("cannot write to {}", folder.display())),
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    let lock = File::create(folder.join("lock")).map_err(cannot)?;
    for tries in 0.. {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => bail!("another process uses {}", folder.display()),
            Err(TryLockError::Error(cause)) => return Err(cannot(cause)),
        }
    }
    Ok(lock)
}

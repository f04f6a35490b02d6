//! What a person is told if the database cannot be used, and what to do then.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Error, anyhow};
use dynoxide::DynoxideError;
use rusqlite::ErrorCode;
use weiquan_store::causes::causes;

use crate::copy;

/// Why the database in `path` cannot be used, if `cause` is that.
pub fn unusable(path: &Path, cause: Error) -> Error {
    match sqlite(&cause).and_then(rusqlite::Error::sqlite_error_code) {
        Some(ErrorCode::NotADatabase) => foreign(path),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, &causes(&*cause)),
        Some(ErrorCode::DiskFull) => full(path),
        _ => cause.context(format!("cannot use {}", path.display())),
    }
}

/// SQLite's error, also if the embedded DynamoDB has passed it on.
fn sqlite(cause: &Error) -> Option<&rusqlite::Error> {
    match cause.downcast_ref() {
        Some(DynoxideError::SqliteError(cause)) => Some(cause),
        _ => cause.downcast_ref(),
    }
}

/// The same for a failure of the store, of which only the words are known.
pub fn failed(path: &Path, cause: Error) -> Error {
    match causes(&*cause) {
        said if said.contains("disk is full") => full(path),
        said if said.contains("malformed") => damaged(path, &said),
        _ => cause.context(path.display().to_string()),
    }
}

/// The disk of `path` is full.
pub fn full(path: &Path) -> Error {
    anyhow!(
        "the disk of {} is full: make room and start again; what is stored is whole",
        path.display()
    )
}

/// The database is of a newer version.
pub fn newer(path: &Path) -> Error {
    anyhow!(
        "{} was written by a newer version of this program: start that one, or choose another folder \
         with --data DIR; the data is as it was",
        path.display()
    )
}

/// The file is something else.
pub fn foreign(path: &Path) -> Error {
    let or = match copy::of(path).exists() {
        true => advice(path),
        false => ": move it away, or choose another folder with --data DIR".to_owned(),
    };
    anyhow!("{} is not a database of Weiquan{or}", path.display())
}

/// The database has a fault.
pub fn damaged(path: &Path, fault: &str) -> Error {
    anyhow!("{} is damaged ({fault}){}", path.display(), advice(path))
}

/// There is a copy, but no database.
pub fn missing(path: &Path) -> Error {
    anyhow!("{} is missing or empty{}", path.display(), advice(path))
}

/// What to do with a database that cannot be used.
fn advice(database: &Path) -> String {
    let copied = fs::metadata(copy::of(database)).and_then(|found| found.modified());
    match copied {
        Ok(copied) => format!(
            ": start once with --restore, which puts the copy of {} in its place and keeps what is there",
            shown(copied)
        ),
        Err(_missing) => {
            ", and there is no copy of it: move it away with the files beside it, or choose \
             another folder with --data DIR"
                .to_owned()
        }
    }
}

fn shown(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(seconds.as_secs()).unwrap_or_default();
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

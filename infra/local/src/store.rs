//! The database: checked before use, and extended for long use.
//!
//! The embedded DynamoDB keeps its table, and the records of the table's stream, in SQLite. This module adds what it
//! lacks: an index for the number of the next record, and a trigger that removes records that have been handled. Both
//! are part of the database, so no second connection gets in the way of the embedded DynamoDB's own.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use dynoxide::storage_backend::sql_builders::SCHEMA_VERSION;
use dynoxide::{Database, DynoxideError};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{TABLE, copy, stream, table};

/// How many pages of 4 KB a connection keeps in memory, so that a file of 64 MB is not read twice. The number is
/// written to the file itself, because the embedded DynamoDB opens its own connection and would keep 2 MB.
const PAGES: &str = "PRAGMA default_cache_size = 16384";

/// What our databases have in addition to what the embedded DynamoDB makes.
///
/// The number of a new record is the largest one plus 1. The largest one is searched for among all records of the
/// table; the index finds it at once. The last record that was handled stays, because the numbers continue from it.
/// Both are made again at every start, so that they match this program.
fn additions() -> String {
    let position = stream::POSITION_TABLE;
    format!(
        "BEGIN IMMEDIATE;
         CREATE INDEX IF NOT EXISTS weiquan_sequence
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
         DROP TRIGGER IF EXISTS weiquan_trim;
         CREATE TRIGGER weiquan_trim AFTER INSERT ON \"{position}\" BEGIN
             DELETE FROM _stream_records
             WHERE table_name = '{TABLE}'
             AND CAST(sequence_number AS INTEGER) < CAST(json_extract(NEW.item_json, '$.stored.S') AS INTEGER);
         END;
         COMMIT;"
    )
}

/// Opens or creates the database in `path`; without a path it is in memory. An existing one must be undamaged and ours.
pub fn open(path: Option<&Path>) -> Result<Database, String> {
    match path {
        Some(path) => on_disk(path),
        None => in_memory(),
    }
}

fn on_disk(path: &Path) -> Result<Database, String> {
    check(path)?;
    let connection = Connection::open(path);
    connection
        .and_then(|connection| connection.execute_batch(PAGES))
        .map_err(|e| unusable(path, &e))?;
    let database = Database::new(&path.to_string_lossy()).map_err(|e| cannot_open(path, &e))?;
    make_tables(&database).map_err(|e| cannot_open(path, &e))?;
    let connection = Connection::open(path);
    connection
        .and_then(|connection| connection.execute_batch(&additions()))
        .map_err(|e| unusable(path, &e))?;
    Ok(database)
}

fn in_memory() -> Result<Database, String> {
    let said = |e: DynoxideError| e.to_string();
    let database = Database::memory().map_err(said)?;
    make_tables(&database).map_err(said)?;
    // There can be no other connection to a database in memory, so it is written to a file and read back once.
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let file = folder.path().join("weiquan.db");
    let path = file.to_string_lossy();
    database.vacuum_into(&path).map_err(said)?;
    let connection = Connection::open(&file).map_err(|e| unusable(&file, &e))?;
    let unsafely = format!("PRAGMA synchronous = OFF; {}", additions());
    connection
        .execute_batch(&unsafely)
        .map_err(|e| unusable(&file, &e))?;
    drop(connection);
    database.restore_from(&path).map_err(said)?;
    Ok(database)
}

fn make_tables(database: &Database) -> Result<(), DynoxideError> {
    table::create(database, TABLE)?;
    table::create_plain(database, stream::POSITION_TABLE)
}

/// Checks that the database is undamaged and ours, before anything is written to it. A missing database passes.
fn check(path: &Path) -> Result<(), String> {
    let length = match fs::metadata(path) {
        Ok(found) => found.len(),
        Err(e) if e.kind() == ErrorKind::NotFound => 0,
        Err(e) => return Err(format!("cannot read {}: {e}", path.display())),
    };
    if length == 0 {
        // A first start that was stopped at once leaves an empty file.
        return match copy::of(path).exists() {
            true => Err(format!(
                "{} is missing or empty{}",
                path.display(),
                copy::advice(path)
            )),
            false => Ok(()),
        };
    }
    let connection = existing(path).map_err(|e| unusable(path, &e))?;
    let has = |name: &str| {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)";
        connection.query_row(sql, [name], |row| row.get::<_, bool>(0))
    };
    let is_ours = has("_tables").and_then(|tables| Ok(tables && has("_config")?));
    if !is_ours.map_err(|e| unusable(path, &e))? {
        return Err(foreign(path));
    }
    let sql = "SELECT value FROM _config WHERE key = 'schema_version'";
    let version = connection.query_row(sql, [], |row| row.get::<_, String>(0));
    let version = version.ok().and_then(|version| version.parse::<u32>().ok());
    if version.is_some_and(|version| version > SCHEMA_VERSION) {
        return Err(newer(path));
    }
    match fault(&connection).map_err(|e| unusable(path, &e))? {
        None => Ok(()),
        Some(fault) => Err(damaged(path, &fault)),
    }
}

/// A connection to an existing database.
pub(crate) fn existing(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}

/// The first fault found in a database.
pub(crate) fn fault(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then(|| said.lines().collect::<Vec<_>>().join(" ")))
}

fn unusable(path: &Path, cause: &rusqlite::Error) -> String {
    match cause.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => foreign(path),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, &cause.to_string()),
        Some(ErrorCode::DiskFull) => full(path),
        _ => format!("cannot use {}: {cause}", path.display()),
    }
}

fn cannot_open(path: &Path, cause: &DynoxideError) -> String {
    match cause {
        DynoxideError::SqliteError(cause) => unusable(path, cause),
        cause => format!("cannot use {}: {cause}", path.display()),
    }
}

/// What to do if the disk of `path` is full.
pub(crate) fn full(path: &Path) -> String {
    format!(
        "the disk of {} is full: make room and start again; what is stored is whole",
        path.display()
    )
}

/// What to do with data of a newer version.
pub(crate) fn newer(path: &Path) -> String {
    format!(
        "{} was written by a newer version of this program: start that one, or choose another folder \
         with --data DIR; the data is as it was",
        path.display()
    )
}

fn foreign(path: &Path) -> String {
    let or = match copy::of(path).exists() {
        true => copy::advice(path),
        false => ": move it away, or choose another folder with --data DIR".to_owned(),
    };
    format!("{} is not a database of Weiquan{or}", path.display())
}

fn damaged(path: &Path, fault: &str) -> String {
    format!(
        "{} is damaged ({fault}){}",
        path.display(),
        copy::advice(path)
    )
}

/// The message when the start fails inside the store, by the store's own message.
pub(crate) fn failed(path: &Path, said: &str) -> String {
    match said {
        said if said.contains("disk is full") => full(path),
        said if said.contains("malformed") => damaged(path, said),
        said => format!("{}: {said}", path.display()),
    }
}

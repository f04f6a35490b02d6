//! The database: checked before use, and extended for long use.
//!
//! The embedded DynamoDB keeps its table, and the records of the table's stream, in SQLite. This module adds what it
//! lacks: an index for the number of the next record, and a trigger that removes records that have been handled. Both
//! are part of the database, so no second connection gets in the way of the embedded DynamoDB's own.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use dynoxide::Database;
use dynoxide::storage_backend::sql_builders::SCHEMA_VERSION;
use rusqlite::Connection;

use crate::table::{self, TABLE};
use crate::unusable::{self, unusable};
use crate::{copy, sqlite, stream};

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
pub fn open(path: Option<&Path>) -> Result<Database> {
    match path {
        Some(path) => on_disk(path),
        None => in_memory(),
    }
}

fn on_disk(path: &Path) -> Result<Database> {
    check(path)?;
    open_checked(path).map_err(|cause| unusable(path, cause))
}

fn open_checked(path: &Path) -> Result<Database> {
    Connection::open(path)?.execute_batch(PAGES)?;
    let database = Database::new(&path.to_string_lossy())?;
    make_tables(&database)?;
    Connection::open(path)?.execute_batch(&additions())?;
    Ok(database)
}

fn in_memory() -> Result<Database> {
    let database = Database::memory()?;
    make_tables(&database)?;
    // There can be no other connection to a database in memory, so it is written to a file and read back once.
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let file = folder.path().join("weiquan.db");
    let path = file.to_string_lossy();
    database.vacuum_into(&path)?;
    let unsafely = format!("PRAGMA synchronous = OFF; {}", additions());
    let extended = Connection::open(&file).and_then(|file| file.execute_batch(&unsafely));
    extended.map_err(|cause| unusable(&file, cause.into()))?;
    database.restore_from(&path)?;
    Ok(database)
}

fn make_tables(database: &Database) -> Result<()> {
    table::create(database, TABLE)?;
    table::create_plain(database, stream::POSITION_TABLE)
}

/// Checks that the database is undamaged and ours, before anything is written to it. A missing database passes.
fn check(path: &Path) -> Result<()> {
    let length = match fs::metadata(path) {
        Ok(found) => found.len(),
        Err(e) if e.kind() == ErrorKind::NotFound => 0,
        Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
    };
    if length == 0 {
        // A first start that was stopped at once leaves an empty file.
        return match copy::of(path).exists() {
            true => Err(unusable::missing(path)),
            false => Ok(()),
        };
    }
    check_content(path).map_err(|cause| unusable(path, cause.into()))?
}

/// The same for a database that is not empty. Fails if SQLite cannot read it; what else is wrong with it is in the
/// outcome.
fn check_content(path: &Path) -> rusqlite::Result<Result<()>> {
    let connection = sqlite::existing(path)?;
    let has = |name: &str| {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)";
        connection.query_row(sql, [name], |row| row.get::<_, bool>(0))
    };
    let is_ours = has("_tables").and_then(|tables| Ok(tables && has("_config")?));
    if !is_ours? {
        return Ok(Err(unusable::foreign(path)));
    }
    let sql = "SELECT value FROM _config WHERE key = 'schema_version'";
    let version = connection.query_row(sql, [], |row| row.get::<_, String>(0));
    let version = version.ok().and_then(|version| version.parse::<u32>().ok());
    if version.is_some_and(|version| version > SCHEMA_VERSION) {
        return Ok(Err(unusable::newer(path)));
    }
    let fault = sqlite::fault(&connection)?;
    Ok(match fault {
        None => Ok(()),
        Some(fault) => Err(unusable::damaged(path, &fault)),
    })
}

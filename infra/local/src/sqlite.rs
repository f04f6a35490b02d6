//! SQLite's files: opened if they exist, and checked for faults.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// A connection to an existing database.
pub fn existing(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}

/// The first fault found in a database.
pub fn fault(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then(|| said.lines().collect::<Vec<_>>().join(" ")))
}

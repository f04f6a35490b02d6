//! The copy of the database that is kept beside it. It is made once a day from an undamaged database, and restored on
//! request.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::watch;

use crate::periodic::{do_blocking, runs_after};
use crate::sqlite;

/// The maximum age of a copy.
const DAY: Duration = Duration::from_secs(86_400);
/// How often the copy's age is checked, and how long after the start for the first time.
const PAUSE: Duration = Duration::from_secs(60);
/// The files that make up a database.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Where the copy of a database is.
pub fn of(database: &Path) -> PathBuf {
    beside(database, ".copy")
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes a new copy of the database, from one state of it, while others write to it. The old copy stays until the new
/// one is complete.
pub fn make(database: &Path) -> Result<()> {
    let copy = of(database);
    make_at(database, &copy).with_context(|| format!("cannot make {}", copy.display()))
}

fn make_at(database: &Path, copy: &Path) -> Result<()> {
    let next = beside(database, ".next");
    remove(&next)?;
    sqlite::existing(database)?.execute("VACUUM INTO ?1", [next.to_string_lossy()])?;
    must_be_whole(&next)?;
    Ok(put(&next, copy)?)
}

fn must_be_whole(file: &Path) -> Result<()> {
    match sqlite::fault(&sqlite::existing(file)?)? {
        None => Ok(()),
        Some(fault) => bail!(fault),
    }
}

/// Renames `file` to `to`. After a power cut either the old file or the new one is there.
fn put(file: &Path, to: &Path) -> std::io::Result<()> {
    File::open(file)?.sync_all()?;
    fs::rename(file, to)
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Restores the copy of a database. What was there is moved to a folder beside it, which is returned.
pub fn restore(database: &Path) -> Result<PathBuf> {
    let copy = of(database);
    restore_from(&copy, database).with_context(|| format!("cannot restore {}", copy.display()))
}

fn restore_from(copy: &Path, database: &Path) -> Result<PathBuf> {
    must_be_whole(copy)?;
    let next = beside(database, ".next");
    fs::copy(copy, &next)?;
    let mut asides = (1_u32..).map(|number| beside(database, &format!(".{number}")));
    let aside = asides.find(|aside| !aside.exists());
    let aside = aside.context("too much was put aside")?;
    fs::create_dir(&aside)?;
    for part in PARTS {
        let from = beside(database, part);
        let name = from.file_name().unwrap_or_default();
        match fs::rename(&from, aside.join(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    put(&next, database)?;
    Ok(aside)
}

/// Makes a copy whenever the last one is older than a day, until `stop` changes.
pub async fn keep(database: PathBuf, mut stop: watch::Receiver<()>) {
    while runs_after(PAUSE, &mut stop).await {
        if !is_fresh(&of(&database)) {
            let source = database.clone();
            do_blocking(move || make(&source)).await;
        }
    }
}

fn is_fresh(copy: &Path) -> bool {
    let copied = fs::metadata(copy).and_then(|found| found.modified());
    copied.is_ok_and(|copied| copied.elapsed().is_ok_and(|age| age < DAY))
}

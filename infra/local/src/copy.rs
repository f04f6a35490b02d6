//! The copy of the database that is kept beside it. It is made once a day from an undamaged database, and restored on
//! request.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use crate::store;

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

/// What to do with a database that cannot be used.
pub fn advice(database: &Path) -> String {
    let copied = fs::metadata(of(database)).and_then(|found| found.modified());
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

/// Makes a new copy of the database, from one state of it, while others write to it. The old copy stays until the new
/// one is complete.
pub fn make(database: &Path) -> Result<(), String> {
    let (copy, next) = (of(database), beside(database, ".next"));
    let cannot = |cause: &dyn std::fmt::Display| format!("cannot make {}: {cause}", copy.display());
    remove(&next).map_err(|e| cannot(&e))?;
    let fault = store::existing(database)
        .and_then(|source| source.execute("VACUUM INTO ?1", [next.to_string_lossy()]))
        .and_then(|_| store::fault(&store::existing(&next)?))
        .map_err(|e| cannot(&e))?;
    if let Some(fault) = fault {
        return Err(cannot(&fault));
    }
    put(&next, &copy).map_err(|e| cannot(&e))
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
pub fn restore(database: &Path) -> Result<PathBuf, String> {
    let copy = of(database);
    let cannot =
        |cause: &dyn std::fmt::Display| format!("cannot restore {}: {cause}", copy.display());
    let fault = store::existing(&copy).and_then(|copy| store::fault(&copy));
    if let Some(fault) = fault.map_err(|e| cannot(&e))? {
        return Err(cannot(&fault));
    }
    let next = beside(database, ".next");
    fs::copy(&copy, &next).map_err(|e| cannot(&e))?;
    let mut asides = (1_u32..).map(|number| beside(database, &format!(".{number}")));
    let aside = asides.find(|aside| !aside.exists());
    let aside = aside.ok_or_else(|| cannot(&"too much was put aside"))?;
    fs::create_dir(&aside).map_err(|e| cannot(&e))?;
    for part in PARTS {
        let from = beside(database, part);
        let name = from.file_name().unwrap_or_default();
        match fs::rename(&from, aside.join(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(cannot(&e)),
            _ => {}
        }
    }
    put(&next, database).map_err(|e| cannot(&e))?;
    Ok(aside)
}

/// Makes a copy whenever the last one is older than a day, until `stop` changes.
pub async fn keep(database: PathBuf, mut stop: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if is_fresh(&of(&database)) {
            continue;
        }
        let source = database.clone();
        match tokio::task::spawn_blocking(move || make(&source)).await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => tracing::error!("{cause}"),
            Err(cause) => tracing::error!("{cause}"),
        }
    }
}

fn is_fresh(copy: &Path) -> bool {
    let copied = fs::metadata(copy).and_then(|found| found.modified());
    copied.is_ok_and(|copied| copied.elapsed().is_ok_and(|age| age < DAY))
}

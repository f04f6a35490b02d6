//! What an operation gets besides its parameters.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use weiquan_store::table::meter::HEAVY;
use weiquan_store::{Database, Store};

use crate::pictures::Pictures;

/// What all requests of a process share. It is built once per process.
pub struct Process {
    /// The table, the clock and the random source.
    pub database: Database,
    /// Where pictures are stored.
    pub pictures: Pictures,
    /// What the operator has set for the process.
    pub settings: Settings,
}

/// What the operator has set for a process.
pub struct Settings {
    /// `document.domain` of QZone's callback page, for consumers without a setting of their own.
    /// Empty leaves the line out (qzone section 3).
    pub qzone_domain: String,
    /// Whether the documentation is served, so that pages link to it.
    pub docs: bool,
    /// Where CPU-heavy work runs.
    pub heavy: Heavy,
}

/// Runs a piece of work to its end, then returns.
pub type Heavy = fn(&mut (dyn FnMut() + Send));

impl Process {
    /// A process on `table`, with the machine's clock and random ids.
    pub fn new(client: aws_sdk_dynamodb::Client, table: impl Into<String>) -> Self {
        Self {
            database: Database::new(client, table),
            pictures: Pictures::none(),
            settings: Settings {
                qzone_domain: "qq.com".to_owned(),
                docs: false,
                // A function handles one request at a time.
                heavy: |work| work(),
            },
        }
    }
}

/// One request's view of its process.
#[derive(Clone)]
pub struct Ctx {
    /// The table, with the request's deadline and its cost so far.
    pub store: Store,
    /// Where pictures are stored.
    pub pictures: Arc<Pictures>,
    /// What the operator has set.
    pub settings: Arc<Settings>,
    /// The id of the request, for the log and `X-Request-Id`.
    pub request_id: Arc<str>,
}

impl Ctx {
    /// A view for the process's own work, which may take a day.
    pub fn new(process: Process) -> Self {
        Self {
            store: Store::new(process.database),
            pictures: Arc::new(process.pictures),
            settings: Arc::new(process.settings),
            request_id: Arc::from("-"),
        }
    }

    /// A view for one request, with its own deadline and meter.
    pub fn for_request(&self, id: &str) -> Self {
        Self {
            store: self.store.for_request(),
            request_id: Arc::from(id),
            ..self.clone()
        }
    }

    /// The same view, with a deadline `time` from now.
    pub fn with_time(&self, time: Duration) -> Self {
        Self {
            store: self.store.with_time(time),
            ..self.clone()
        }
    }

    /// Runs CPU-heavy work, such as hashing a password, where the process wants it run.
    pub fn heavy<T: Send>(&self, work: impl Fn() -> T + Sync) -> T {
        self.store.meter.note(HEAVY);
        let mut done = None;
        (self.settings.heavy)(&mut || done = Some(work()));
        done.unwrap_or_else(work)
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.store.now()
    }
}

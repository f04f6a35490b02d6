//! The store as one request sees it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::time::error::Elapsed;

use crate::clock::Clock;
use crate::ids::Ids;
use crate::table::memory::Memory;
use crate::table::meter::Meter;

/// How long a request may try by default. Lambda stops the functions after 10 seconds.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long the process's own work may take, when no caller waits for it.
const DAY: Duration = Duration::from_secs(86_400);

/// What the requests of a process share. It is built once; the store has the clock and the random source only from
/// here.
pub struct Database {
    /// The DynamoDB client.
    pub client: aws_sdk_dynamodb::Client,
    /// The table's name.
    pub table: String,
    /// The time.
    pub clock: Clock,
    /// Ids and random bytes.
    pub ids: Ids,
    /// How long a request may try.
    pub patience: Duration,
    /// What the process remembers.
    pub memory: Memory,
}

impl Database {
    /// A database on `table`, with the machine's clock and random ids.
    pub fn new(client: aws_sdk_dynamodb::Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            clock: Clock::system(),
            ids: Ids::random(),
            patience: PATIENCE,
            memory: Memory::default(),
        }
    }
}

/// One request's view of a [`Database`], with its deadline and its cost so far.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    /// When the request gives up.
    pub deadline: Instant,
    /// The cost of the request.
    pub meter: Arc<Meter>,
}

impl Store {
    /// A view for the process's own work, which may take a day.
    pub fn new(database: Database) -> Self {
        Self {
            database: Arc::new(database),
            deadline: Instant::now() + DAY,
            meter: Arc::default(),
        }
    }

    /// A view for one request, with its own deadline and meter.
    pub fn for_request(&self) -> Self {
        Self {
            database: Arc::clone(&self.database),
            deadline: Instant::now() + self.database.patience,
            meter: Arc::default(),
        }
    }

    /// The same view, with a deadline `time` from now.
    pub fn with_time(&self, time: Duration) -> Self {
        Self {
            deadline: Instant::now() + time,
            ..self.clone()
        }
    }

    /// Waits for `work`, but not longer than the request's deadline.
    pub fn in_time<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Result<T, Elapsed>> {
        // Boxed before the first await: a call of the SDK takes 20 KB, which every future around it would hold.
        let work = Box::pin(work);
        let left = self.deadline.saturating_duration_since(Instant::now());
        async move { tokio::time::timeout(left, work).await }
    }

    /// The DynamoDB client.
    pub fn client(&self) -> &aws_sdk_dynamodb::Client {
        &self.database.client
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.database.table
    }

    /// Ids and random bytes.
    pub fn ids(&self) -> &Ids {
        &self.database.ids
    }

    /// What the process remembers.
    pub(crate) fn memory(&self) -> &Memory {
        &self.database.memory
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.database.clock.now()
    }

    /// A new id (see [`Ids`]).
    pub fn new_id(&self) -> u64 {
        self.database.ids.next(self.now())
    }
}

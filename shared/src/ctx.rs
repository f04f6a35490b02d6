//! What an operation gets besides its parameters.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::time::error::Elapsed;

use crate::clock::Clock;
use crate::ids::Ids;
use crate::pictures::Pictures;
use crate::store::kept::Clients;
use crate::store::lanes::Lanes;
use crate::store::meter::{HEAVY, Meter};
use crate::store::usage::Usage;

/// How long a request may try by default. Lambda stops the functions after 10 seconds.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long the process's own work may take, when no caller waits for it.
const DAY: Duration = Duration::from_secs(86_400);

/// Built once per process. Operations reach the environment, the clock and the random source only
/// through it.
pub struct Process {
    /// The DynamoDB client.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The table's name.
    pub table: String,
    /// The time.
    pub clock: Clock,
    /// Ids and random bytes.
    pub ids: Ids,
    /// `document.domain` of QZone's callback page, for consumers without a setting of their own.
    /// Empty leaves the line out (qzone section 3).
    pub qzone_domain: String,
    /// Where pictures are stored.
    pub pictures: Pictures,
    /// How long a request may try.
    pub patience: Duration,
    /// Client apps, sites and consumers that were read within the last minute.
    pub clients: Clients,
    /// Queues the callers in this process that change the same item.
    pub lanes: Lanes,
    /// Calls that are not counted in the table yet.
    pub usage: Usage,
    /// Where CPU-heavy work runs.
    pub heavy: Heavy,
}

/// Runs a piece of work to its end, then returns.
pub type Heavy = fn(&mut (dyn FnMut() + Send));

impl Process {
    /// A process on `table`, with the machine's clock and random ids.
    pub fn new(dynamodb: aws_sdk_dynamodb::Client, table: impl Into<String>) -> Self {
        Self {
            dynamodb,
            table: table.into(),
            clock: Clock::system(),
            ids: Ids::random(),
            qzone_domain: "qq.com".to_owned(),
            pictures: Pictures::none(),
            patience: PATIENCE,
            clients: Clients::default(),
            lanes: Lanes::default(),
            usage: Usage::default(),
            // A function handles one request at a time.
            heavy: |work| work(),
        }
    }
}

/// One request's view of the process: its id, its deadline and its cost so far.
#[derive(Clone)]
pub struct Ctx {
    process: Arc<Process>,
    /// The id of the request, for the log and `X-Request-Id`.
    pub request_id: Arc<str>,
    /// When the request gives up.
    pub deadline: Instant,
    /// The cost of the request.
    pub meter: Arc<Meter>,
}

impl Ctx {
    /// A view for the process's own work, which may take a day.
    pub fn new(process: Process) -> Self {
        Self {
            process: Arc::new(process),
            request_id: Arc::from("-"),
            deadline: Instant::now() + DAY,
            meter: Arc::default(),
        }
    }

    /// A view for one request, with its own deadline and meter.
    pub fn for_request(&self, id: &str) -> Self {
        Self {
            process: Arc::clone(&self.process),
            request_id: Arc::from(id),
            deadline: Instant::now() + self.patience,
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

    /// Runs CPU-heavy work, such as hashing a password, where the process wants it run.
    pub fn heavy<T: Send>(&self, work: impl Fn() -> T + Sync) -> T {
        self.meter.note(HEAVY);
        let mut done = None;
        (self.process.heavy)(&mut || done = Some(work()));
        done.unwrap_or_else(work)
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.process.clock.now()
    }

    /// A new id (see [`Ids`]).
    pub fn new_id(&self) -> u64 {
        self.process.ids.next(self.now())
    }
}

impl Deref for Ctx {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

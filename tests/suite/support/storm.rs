//! Faults as tests ask for them: they strike until the storm is over, and must have struck by then.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::SharedHttpClient;

use crate::support::faults::{FaultyClient, Kind, Plan};

/// The faults of a world.
#[derive(Debug, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

impl Faults {
    /// An HTTP client that misbehaves as it is told.
    pub fn client(&self, inner: SharedHttpClient) -> FaultyClient {
        FaultyClient {
            inner,
            plan: Arc::clone(&self.plan),
        }
    }

    /// No fault yet: what is added strikes until the storm is dropped.
    pub fn storm(&self) -> Storm {
        Storm {
            plan: Arc::clone(&self.plan),
            kinds: Vec::new(),
        }
    }
}

/// Faults that strike until this is dropped. Each must have struck by then: a test whose faults never came proves
/// nothing.
#[must_use]
pub struct Storm {
    plan: Arc<Mutex<Plan>>,
    kinds: Vec<Kind>,
}

impl Storm {
    /// Of 100 transactions so many meet a conflict and do nothing, among them the first.
    pub fn conflicts(self, percent: u64) -> Self {
        self.with(Kind::Conflict, |plan| plan.conflict_percent = percent)
    }

    /// Of 100 writes so many happen, but the answer to their first try is lost; among them the first.
    pub fn lost_answers(self, percent: u64) -> Self {
        self.with(Kind::LostAnswer, |plan| plan.lose_percent = percent)
    }

    /// Every write happens, and the answer to its first try is lost.
    pub fn lost_first_answers(self) -> Self {
        self.lost_answers(100)
    }

    /// Every call fails.
    pub fn outage(self) -> Self {
        self.with(Kind::Outage, |_| ())
    }

    /// Every write fails.
    pub fn read_only(self) -> Self {
        self.with(Kind::ReadOnly, |_| ())
    }

    /// No call is ever answered.
    pub fn hang(self) -> Self {
        self.with(Kind::Hang, |_| ())
    }

    /// So many batches leave everything unread or unwritten.
    pub fn unprocessed(self, times: u32) -> Self {
        self.with(Kind::Unprocessed, |plan| plan.unprocessed = times)
    }

    /// Eventual queries that were made before get the same answer again: what was removed since is
    /// there, what was changed is not.
    pub fn stopped_replica(self) -> Self {
        self.with(Kind::StoppedReplica, |_| ())
    }

    /// Reads that are not strongly consistent miss what is put from now on.
    pub fn stale_reads(self) -> Self {
        self.with(Kind::StaleRead, |plan| plan.written.clear())
    }

    /// How often `kind` has struck.
    pub fn strikes(&self, kind: Kind) -> u64 {
        let plan = self.plan.lock().unwrap();
        plan.strikes.get(&kind).copied().unwrap_or(0)
    }

    /// Strikes as long as `work` goes on.
    pub async fn during<T>(self, work: impl Future<Output = T>) -> T {
        work.await
    }

    fn with(mut self, kind: Kind, set: impl FnOnce(&mut Plan)) -> Self {
        self.kinds.push(kind);
        let mut plan = self.plan.lock().unwrap();
        plan.strikes.insert(kind, 0);
        set(&mut plan);
        drop(plan);
        self
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        let mut plan = self.plan.lock().unwrap();
        plan.unprocessed = 0;
        let ended: Vec<_> = self
            .kinds
            .iter()
            .map(|kind| (kind, plan.strikes.remove(kind)))
            .collect();
        // The lock must not be held where this fails.
        drop(plan);
        let missed = ended.iter().find(|(_, strikes)| *strikes == Some(0));
        assert!(
            std::thread::panicking() || missed.is_none(),
            "{missed:?} never struck"
        );
    }
}

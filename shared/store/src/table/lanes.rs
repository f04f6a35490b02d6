//! Makes callers of one process that change the same item run one after the other.
//!
//! A process that serves many callers (the local system) knows which callers use an item, so none
//! of them needs to guess when to try again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use tokio::sync::OwnedMutexGuard;

use crate::Store;
use crate::keys::Key;
use crate::table::Error;

/// How many lanes a process keeps before it removes the empty ones.
const CAPACITY: usize = 1_000;

/// The lanes of a process, by item.
#[derive(Default)]
pub(crate) struct Lanes(Mutex<HashMap<Key, Weak<Lane>>>);

/// The queue of callers who lost a race for one item.
#[derive(Default)]
struct Lane {
    place: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicU32,
    /// How long one caller takes, in microseconds; the latest one has the most weight. 0 before the first.
    pace: AtomicU64,
}

/// The first place in a lane, held until it is dropped.
pub(crate) struct Head {
    lane: Arc<Lane>,
    since: Instant,
    /// Whether other callers of this process came first.
    pub(crate) has_waited: bool,
    _place: OwnedMutexGuard<()>,
}

impl Drop for Head {
    fn drop(&mut self) {
        let held = u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX);
        let before = match self.lane.pace.load(Ordering::Relaxed) {
            0 => held,
            before => before,
        };
        let pace = before.saturating_add(held) / 2;
        self.lane.pace.store(pace, Ordering::Relaxed);
    }
}

impl Lanes {
    fn to(&self, item: &Key) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(lane) = lanes.get(item).and_then(Weak::upgrade) {
            return lane;
        }
        if lanes.len() >= CAPACITY {
            lanes.retain(|_, lane| lane.strong_count() > 0);
        }
        let lane = Arc::default();
        lanes.insert(item.clone(), Arc::downgrade(&lane));
        lane
    }

    /// Waits until no other caller of this process is ahead at `item`. Fails with `cause` ([`Error::is_busy`]) at
    /// the deadline, or at once if the callers ahead will take longer than that.
    pub(crate) async fn enter(
        &self,
        store: &Store,
        item: &Key,
        cause: &str,
    ) -> Result<Head, Error> {
        let lane = self.to(item);
        let before = lane.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(Arc::clone(&lane));
        let pace = Duration::from_micros(lane.pace.load(Ordering::Relaxed));
        let left = store.deadline.saturating_duration_since(Instant::now());
        if pace.saturating_mul(before) >= left {
            return Err(Error::busy(cause));
        }
        let (place, has_waited) = match Arc::clone(&lane.place).try_lock_owned() {
            Ok(place) => (place, false),
            Err(_taken) => {
                let place = store.in_time(Arc::clone(&lane.place).lock_owned()).await;
                (place.map_err(|_elapsed| Error::busy(cause))?, true)
            }
        };
        drop(waiting);
        Ok(Head {
            lane,
            since: Instant::now(),
            has_waited,
            _place: place,
        })
    }
}

/// A waiting caller, counted until it is dropped.
struct Waiting(Arc<Lane>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

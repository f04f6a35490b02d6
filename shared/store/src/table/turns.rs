//! Turns for an item that many callers change at the same time.
//!
//! A caller who loses a race for an item reserves a time slot after those of all others who lost,
//! and tries again then. So callers run one after the other instead of undoing each other's work. A
//! turn is only advice: the conditions of a transaction decide what is written. A turn that is not
//! used, or that overlaps another, costs time but never data. A caller who loses no race pays
//! nothing. Before that, callers of one process wait for each other in a lane.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::calls::change;
use super::{Change, Condition, from_item, number, when};
use crate::Store;
use crate::keys::{self, Key};
use crate::table::Error;
use crate::table::lanes::{Head, Lanes};

/// How long a turn takes at first and at most, in milliseconds. A caller who loses a race in its
/// own turn doubles the length for all later ones.
const PACE: (u64, u64) = (10, 40);
/// How long the item is stored after the last turn, in seconds.
const TTL: i64 = 3_600;

/// The turns of one caller.
pub(crate) struct Turns<'a> {
    store: &'a Store,
    /// The first place among the callers of this process.
    head: Option<Head>,
    /// The length of a turn when this caller reserved its last one; 0 before the first.
    pace: u64,
}

/// A reserved turn, and the stored state of the queue; in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Turn {
    /// When the next turn begins, since 1970.
    free_at: i64,
    /// How long a turn takes.
    pace: u64,
}

impl<'a> Turns<'a> {
    /// Reads and writes nothing until a race is lost.
    pub(crate) fn new(store: &'a Store) -> Self {
        Self {
            store,
            head: None,
            pace: 0,
        }
    }

    /// Waits, after the race for `item` was lost, until this caller's turn. If that would be after
    /// the request's deadline, fails at once with `cause` ([`Error::is_busy`]).
    pub(crate) async fn lost(&mut self, item: &Key, cause: &str) -> Result<(), Error> {
        if self.head.is_none() {
            let lanes = self.store.memory().part::<Lanes>();
            let head = lanes.enter(self.store, item, cause).await?;
            let has_waited = head.has_waited;
            self.head = Some(head);
            if has_waited {
                // The caller before has just finished.
                return Ok(());
            }
        }
        let line = &keys::turns(item);
        if self.pace > 0 {
            self.slow_down(line).await?;
        }
        let now = self.store.now().as_millisecond();
        let left = self
            .store
            .deadline
            .saturating_duration_since(Instant::now());
        let end = now.saturating_add(i64::try_from(left.as_millis()).unwrap_or(i64::MAX));
        // If several callers begin a queue at the same time, one succeeds and the others queue up after it.
        let turn = match self.queue_up(line, now, end).await? {
            None => match self.begin(line, now).await? {
                None => self.queue_up(line, now, end).await?,
                first => first,
            },
            turn => turn,
        };
        let Turn { free_at, pace } = turn.ok_or_else(|| Error::busy(cause))?;
        self.pace = pace;
        let begins = free_at.saturating_sub_unsigned(pace);
        let wait = u64::try_from(begins - now).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        Ok(())
    }

    /// Reserves the next turn, if there is a queue that ends before `end`.
    async fn queue_up(&self, line: &Key, now: i64, end: i64) -> Result<Option<Turn>, Error> {
        let next = Change::new()
            .add_other("free_at", "pace")
            .set("expires_at", self.expires_at());
        let has_room = when("free_at >= :now AND free_at < :end", ())
            .with(":now", number(now))
            .with(":end", number(end));
        self.change(line, next, has_room).await
    }

    /// Reserves the first turn of a new queue, if there is no queue.
    async fn begin(&self, line: &Key, now: i64) -> Result<Option<Turn>, Error> {
        let first = Change::new()
            .set("free_at", now.saturating_add_unsigned(PACE.0))
            .set("pace", PACE.0)
            .set("expires_at", self.expires_at());
        let is_over = when("attribute_not_exists(free_at) OR free_at < :now", ());
        self.change(line, first, is_over.with(":now", number(now)))
            .await
    }

    /// Doubles the length of a turn: this caller lost in its own turn, so others would, too.
    async fn slow_down(&self, line: &Key) -> Result<(), Error> {
        let pace = (2 * self.pace).min(PACE.1);
        let is_shorter = when("pace < :pace", ()).with(":pace", number(pace));
        self.change(line, Change::new().set("pace", pace), is_shorter)
            .await
            .map(drop)
    }

    fn expires_at(&self) -> i64 {
        self.store.now().as_second() + TTL
    }

    async fn change(
        &self,
        line: &Key,
        new: Change,
        condition: Condition<()>,
    ) -> Result<Option<Turn>, Error> {
        let changed = change(self.store, line, new, Some(condition)).await?;
        changed.map(from_item).transpose()
    }
}

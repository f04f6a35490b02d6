//! Turns at an item that many callers change at the same time.
//!
//! Whoever loses a race for an item reserves a moment of its own, after those of all others who lost,
//! and tries again then: callers follow each other instead of undoing each other's work. A turn is
//! advice: only the conditions of a transaction decide what is written, so a turn that nobody takes,
//! or that comes while another is under way, costs time and never data. Who loses no race pays nothing.
//! Callers of one process follow each other in a lane before that.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::keys::{self, Key};
use super::lanes::Head;
use super::table::{self, Error, Values, from_item, number};
use crate::Ctx;

/// How long a turn takes at first, and at the most, in milliseconds. Who loses a race in its own turn
/// doubles it for all who come after.
const PACE: (u64, u64) = (10, 40);
/// How long the item stays after the last turn, in seconds.
const TTL: i64 = 3_600;

/// The turns of one caller.
pub(super) struct Turns<'a> {
    ctx: &'a Ctx,
    /// The place before the others of this process.
    head: Option<Head>,
    /// How long a turn was to take when this caller reserved its last one; 0 before the first.
    pace: u64,
}

/// A reserved turn, and what is stored of the line; in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Turn {
    /// When the next turn begins, since 1970.
    free_at: i64,
    /// How long a turn takes.
    pace: u64,
}

impl<'a> Turns<'a> {
    /// Nothing is read or written until a race is lost.
    pub(super) fn new(ctx: &'a Ctx) -> Self {
        Self {
            ctx,
            head: None,
            pace: 0,
        }
    }

    /// Waits, after the race for `item` was lost, until this caller's turn. Where that would come
    /// after the request's deadline, fails with `cause` at once ([`Error::is_busy`]).
    pub(super) async fn lost(&mut self, item: &Key, cause: &str) -> Result<(), Error> {
        if self.head.is_none() {
            let head = self.ctx.lanes.enter(self.ctx, item, cause).await?;
            let has_waited = head.has_waited;
            self.head = Some(head);
            if has_waited {
                // The one before has just finished.
                return Ok(());
            }
        }
        let line = &keys::turns(item);
        if self.pace > 0 {
            self.slow_down(line).await?;
        }
        let now = self.ctx.now().as_millisecond();
        let left = self.ctx.deadline.saturating_duration_since(Instant::now());
        let end = now.saturating_add(i64::try_from(left.as_millis()).unwrap_or(i64::MAX));
        // Where others begin a line at the same time, one of them does; the others stand behind.
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

    /// Reserves the next turn, if there is a line that ends before `end`.
    async fn queue_up(&self, line: &Key, now: i64, end: i64) -> Result<Option<Turn>, Error> {
        let values = [(":now", now), (":end", end), (":ttl", self.expires_at())];
        self.change(
            line,
            "SET free_at = free_at + pace, expires_at = :ttl",
            "free_at >= :now AND free_at < :end",
            &values,
        )
        .await
    }

    /// Reserves the first turn of a new line, if there is no line.
    async fn begin(&self, line: &Key, now: i64) -> Result<Option<Turn>, Error> {
        let pace = PACE.0;
        let values = [
            (":now", now),
            (":next", now.saturating_add_unsigned(pace)),
            (":pace", i64::try_from(pace).unwrap_or(i64::MAX)),
            (":ttl", self.expires_at()),
        ];
        self.change(
            line,
            "SET free_at = :next, pace = :pace, expires_at = :ttl",
            "attribute_not_exists(free_at) OR free_at < :now",
            &values,
        )
        .await
    }

    /// Doubles the pace: this caller lost in its own turn, so others would, too.
    async fn slow_down(&self, line: &Key) -> Result<(), Error> {
        let pace = (2 * self.pace).min(PACE.1);
        let values = [(":pace", i64::try_from(pace).unwrap_or(i64::MAX))];
        self.change(line, "SET pace = :pace", "pace < :pace", &values)
            .await
            .map(drop)
    }

    fn expires_at(&self) -> i64 {
        self.ctx.now().as_second() + TTL
    }

    async fn change(
        &self,
        line: &Key,
        expression: &str,
        condition: &str,
        values: &[(&str, i64)],
    ) -> Result<Option<Turn>, Error> {
        let values: Values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), number(value)))
            .collect();
        let changed = table::update(self.ctx, line, expression, Some(condition), values).await?;
        changed.map(from_item).transpose()
    }
}

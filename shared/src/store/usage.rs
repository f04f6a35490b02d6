//! The calls of every app, which a monthly quota may limit, and requests per second and anonymous messages
//! of apps that have such limits.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::client::App;
use super::keys::{self, Key};
use super::table::{self, Consistency, Error, Values, from_item, number};
use crate::Ctx;
use crate::clock::in_china;
use crate::http::Network;

/// How many calls a process counts before it writes them to the table.
const BATCH: u64 = 100;
/// How long it waits at the most.
const KEPT: SignedDuration = SignedDuration::from_secs(60);
/// How long the counter of a second or minute stays, in seconds.
const RATE_TTL: i64 = 3_600;

/// The calls that one process has not yet counted in the table, by app.
///
/// Calls are counted in memory and written beside a later request, so a quota may be exceeded by
/// [`BATCH`] calls per process, and calls that a process has not written when it or the month ends
/// are not counted. A write whose answer is lost may count twice: these numbers limit, nobody is
/// charged by them.
#[derive(Default)]
pub struct Usage(Mutex<HashMap<String, Count>>);

#[derive(Clone, Copy)]
struct Count {
    month: Date,
    /// What the table had when it was last written; `None` before that.
    stored: Option<u64>,
    /// What it does not have yet.
    unwritten: u64,
    written_at: Timestamp,
}

#[derive(Deserialize)]
struct Calls {
    #[serde(default)]
    calls: u64,
}

impl Usage {
    /// Whether `app` has used up this month's quota, as far as this process knows.
    pub fn is_used_up(&self, app: &App, now: Timestamp) -> bool {
        let Some(quota) = app.monthly_quota else {
            return false;
        };
        let counts = self.0.lock().unwrap_or_else(|e| e.into_inner());
        counts
            .get(&app.key)
            .filter(|count| count.month == month(now))
            .map_or(quota == 0, |count| {
                count.stored.unwrap_or_default() + count.unwritten >= quota
            })
    }

    /// Counts a call of `app`; what is due is given out to be written.
    fn add(&self, app: &App, now: Timestamp) -> Option<u64> {
        let mut counts = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let fresh = Count {
            month: month(now),
            stored: None,
            unwritten: 0,
            written_at: now,
        };
        let count = counts.entry(app.key.clone()).or_insert(fresh);
        if count.month != fresh.month {
            *count = fresh;
        }
        count.unwritten += 1;
        let due = count.stored.is_none()
            || count.unwritten >= BATCH
            || now.duration_since(count.written_at) >= KEPT;
        due.then(|| {
            count.written_at = now;
            std::mem::take(&mut count.unwritten)
        })
    }

    /// Keeps what could not be written for a later call.
    fn keep(&self, app: &App, now: Timestamp, due: u64) {
        let mut counts = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(count) = counts.get_mut(&app.key)
            && count.month == month(now)
        {
            count.unwritten += due;
        }
    }

    fn stored(&self, app: &App, now: Timestamp, calls: u64) {
        let mut counts = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(count) = counts.get_mut(&app.key)
            && count.month == month(now)
        {
            count.stored = count.stored.max(Some(calls));
        }
    }
}

fn month(now: Timestamp) -> Date {
    in_china(now).date().first_of_month()
}

/// Counts a call of `app`, whether or not it has a quota. Writes what is due; run it beside the operation.
pub async fn count(ctx: &Ctx, app: &App) -> Result<(), Error> {
    let now = ctx.now();
    let Some(due) = ctx.usage.add(app, now) else {
        return Ok(());
    };
    let key = keys::usage(&app.key, month(now));
    let values = Values::from([(":due".to_owned(), number(due))]);
    let written = table::update(ctx, &key, "ADD calls :due", None, values).await;
    let item = written.inspect_err(|_unwritten| ctx.usage.keep(app, now, due))?;
    ctx.usage.stored(
        app,
        now,
        from_item::<Calls>(item.unwrap_or_default())?.calls,
    );
    Ok(())
}

/// How many calls of `app` are counted this month.
pub async fn calls(ctx: &Ctx, app_key: &str) -> Result<u64, Error> {
    let key = keys::usage(app_key, month(ctx.now()));
    let found = table::get::<Calls>(ctx, &key, Consistency::Strong).await?;
    Ok(found.map_or(0, |found| found.calls))
}

/// Counts a call towards the requests of this second; `false` where there were `limit` already.
pub async fn take_rate(ctx: &Ctx, app_key: &str, limit: u32) -> Result<bool, Error> {
    take(ctx, &keys::rate(app_key, ctx.now().as_second()), limit).await
}

/// Counts a message that comes without login from `address`; `false` where `limit` came in this minute
/// already. An IPv6 customer has a network of 64 bits, which counts as one address.
pub async fn take_anonymous(
    ctx: &Ctx,
    app_key: &str,
    address: Option<IpAddr>,
    limit: u32,
) -> Result<bool, Error> {
    let address = address.map_or("unknown".to_owned(), |ip| Network::of(ip).to_string());
    let minute = ctx.now().as_second().div_euclid(60);
    take(ctx, &keys::anonymous(app_key, minute, &address), limit).await
}

async fn take(ctx: &Ctx, key: &Key, limit: u32) -> Result<bool, Error> {
    if limit == 0 {
        return Ok(false);
    }
    let values = Values::from([
        (":one".to_owned(), number(1)),
        (":limit".to_owned(), number(limit)),
        (":ttl".to_owned(), number(ctx.now().as_second() + RATE_TTL)),
    ]);
    let taken = table::update(
        ctx,
        key,
        "ADD calls :one SET expires_at = :ttl",
        Some("attribute_not_exists(calls) OR calls < :limit"),
        values,
    )
    .await?;
    Ok(taken.is_some())
}

/// Whether this second has had `limit` calls already, without counting one.
pub async fn is_rate_used_up(ctx: &Ctx, app_key: &str, limit: u32) -> Result<bool, Error> {
    let key = keys::rate(app_key, ctx.now().as_second());
    let found = table::get::<Calls>(ctx, &key, Consistency::Strong).await?;
    Ok(found.is_some_and(|found| found.calls >= u64::from(limit)))
}

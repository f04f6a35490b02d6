//! Counts the calls of every app, which a monthly quota may limit. For apps with such limits, also
//! counts requests per second and anonymous messages.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::Store;
use crate::clients::App;
use crate::clock::in_china;
use crate::id::AppKey;
use crate::keys::{self, Key};
use crate::network::Network;
use crate::table::{self, Change, Consistency, Error, from_item, number, when};

/// How many calls a process counts before it writes them to the table.
const BATCH: u64 = 100;
/// How long it waits at most before it writes them.
const KEPT: SignedDuration = SignedDuration::from_secs(60);
/// How long the counter of a second or minute is stored, in seconds.
const RATE_TTL: i64 = 3_600;

/// The calls of one process that are not counted in the table yet, by app.
///
/// Calls are counted in memory and written in parallel with a later request. So each process may
/// exceed a quota by [`BATCH`] calls, and calls that are not written when the process or the month
/// ends are lost. A write whose answer is lost may count twice. These numbers are only limits;
/// nobody is billed by them.
#[derive(Default)]
struct Usage(Mutex<HashMap<AppKey, Count>>);

#[derive(Clone, Copy)]
struct Count {
    month: Date,
    /// The table's number at the last write; `None` before that.
    stored: Option<u64>,
    /// The number that the table does not have yet.
    unwritten: u64,
    written_at: Timestamp,
}

#[derive(Deserialize)]
struct Calls {
    #[serde(default)]
    calls: u64,
}

impl Usage {
    fn is_used_up(&self, app: &App, now: Timestamp) -> bool {
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

    /// Counts a call of `app`. Returns the number that is due to be written.
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

    /// Keeps, for a later call, a number that could not be written.
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

/// Whether `app` has used up this month's quota, as far as this process knows.
pub fn is_used_up(store: &Store, app: &App) -> bool {
    let usage = store.memory().part::<Usage>();
    usage.is_used_up(app, store.now())
}

/// Counts a call of `app`, with or without a quota. Writes the calls that are due. Run it in
/// parallel with the operation.
pub async fn count(store: &Store, app: &App) -> Result<(), Error> {
    let now = store.now();
    let usage = store.memory().part::<Usage>();
    let Some(due) = usage.add(app, now) else {
        return Ok(());
    };
    let key = keys::usage(&app.key, month(now));
    let written = table::change(store, &key, Change::new().add("calls", due), None).await;
    let item = written.inspect_err(|_unwritten| usage.keep(app, now, due))?;
    usage.stored(
        app,
        now,
        from_item::<Calls>(item.unwrap_or_default())?.calls,
    );
    Ok(())
}

/// How many calls of `app` are counted this month.
pub async fn calls(store: &Store, app_key: &AppKey) -> Result<u64, Error> {
    let key = keys::usage(app_key, month(store.now()));
    let found = table::get::<Calls>(store, &key, Consistency::Strong).await?;
    Ok(found.map_or(0, |found| found.calls))
}

/// Counts a call towards the requests of this second by the app or consumer with the key `client`; `false` if there
/// were `limit` already.
pub async fn take_rate(store: &Store, client: &str, limit: u32) -> Result<bool, Error> {
    take(store, &keys::rate(client, store.now().as_second()), limit).await
}

/// Counts a message without login from `address`; `false` if there were `limit` already in this
/// minute. An IPv6 customer has a network of 64 bits, which counts as one address.
pub async fn take_anonymous(
    store: &Store,
    app_key: &AppKey,
    address: Option<IpAddr>,
    limit: u32,
) -> Result<bool, Error> {
    let address = address.map_or("unknown".to_owned(), |ip| Network::of(ip).to_string());
    let minute = store.now().as_second().div_euclid(60);
    take(store, &keys::anonymous(app_key, minute, &address), limit).await
}

async fn take(store: &Store, key: &Key, limit: u32) -> Result<bool, Error> {
    if limit == 0 {
        return Ok(false);
    }
    let taken = Change::new()
        .add("calls", 1_u64)
        .set("expires_at", store.now().as_second() + RATE_TTL);
    let is_below = when("attribute_not_exists(calls) OR calls < :limit", ());
    let is_below = is_below.with(":limit", number(limit));
    let taken = table::change(store, key, taken, Some(is_below)).await?;
    Ok(taken.is_some())
}

/// Whether this second has had `limit` calls already. Does not count one.
pub async fn is_rate_used_up(store: &Store, client: &str, limit: u32) -> Result<bool, Error> {
    let key = keys::rate(client, store.now().as_second());
    let found = table::get::<Calls>(store, &key, Consistency::Strong).await?;
    Ok(found.is_some_and(|found| found.calls >= u64::from(limit)))
}

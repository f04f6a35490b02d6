//! Slices of lists that are sorted by id, newest first.

use serde::de::DeserializeOwned;

use super::{Range, from_item, key_of};
use crate::ids::LAST_ID;
use crate::table::{Consistency, Error, query};
use crate::{Store, keys};

/// The part of a list that a caller asks for.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// Only ids above this one.
    pub since: u64,
    /// Only ids up to this one.
    pub max: u64,
    /// How many at most, 1 to 50.
    pub count: usize,
}

impl Slice {
    /// The range of ids above `since` and up to `max`, with at most `count` of them.
    pub fn new(since: Option<u64>, max: Option<u64>, count: usize) -> Self {
        Self {
            since: since.unwrap_or(0).min(LAST_ID),
            // Clients send 0 for no limit.
            max: max.filter(|id| *id > 0).unwrap_or(LAST_ID).min(LAST_ID),
            count,
        }
    }
}

/// How many rows [`fill`] reads at once after the first time, and how often.
const MORE: usize = 50;
const MAX_READS: usize = 20;

/// The result of reading a slice. Rows that are left out of `shown` count as read, and do not end a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The items, in order.
    pub shown: Vec<T>,
    /// The lowest id that was read, if the list may go on below it.
    pub lowest: Option<u64>,
}

impl<T> Page<T> {
    /// An empty page with nothing below it.
    pub fn empty() -> Self {
        Self {
            shown: Vec::new(),
            lowest: None,
        }
    }

    /// The highest id of the rest, if there may be more above `since`.
    pub fn next(&self, since: u64) -> Option<u64> {
        let next = self.lowest?.saturating_sub(1);
        (next > since).then_some(next)
    }
}

/// The part of a list that a reader gets.
#[derive(Debug)]
pub struct Filled<T> {
    /// The items, in order.
    pub shown: Vec<T>,
    /// The id from which the list goes on, if reading stopped before the part was full or the list ended.
    pub next: Option<u64>,
}

/// A slice of a list whose rows may lead to destroyed weibos or to weibos that the reader may not see. Reads on
/// until the slice is full or the list ends. After a thousand rows it stops and returns where the list goes on.
pub async fn fill<T, E, F: Future<Output = Result<Page<T>, E>>>(
    mut slice: Slice,
    page: impl Fn(Slice) -> F,
) -> Result<Filled<T>, E> {
    let wanted = slice.count;
    let mut all = Filled {
        shown: Vec::new(),
        next: None,
    };
    for _ in 0..=MAX_READS {
        let page = Box::pin(page(slice)).await?;
        let next = page.next(slice.since);
        all.shown.extend(page.shown);
        all.next = next.filter(|_| all.shown.len() < wanted);
        match all.next {
            Some(next) => slice.max = next,
            None => break,
        }
        slice.count = MORE;
    }
    all.shown.truncate(wanted);
    Ok(all)
}

/// The rows of a slice of `partition`, newest first; one read.
pub(crate) async fn rows<T: DeserializeOwned>(
    store: &Store,
    partition: String,
    slice: Slice,
    consistency: Consistency,
) -> Result<Page<T>, Error> {
    if slice.since >= slice.max {
        return Ok(Page::empty());
    }
    let (from, to) = keys::ids(slice.since + 1, slice.max);
    let range = Range {
        pk: partition,
        from,
        to,
        descending: true,
    };
    let limit = i32::try_from(slice.count).unwrap_or(i32::MAX);
    let found = query(store, &range, consistency, Some(limit), |items| {
        items.len() >= slice.count
    })
    .await?;
    let mut items = found.items;
    items.truncate(slice.count);
    let last = items.last().filter(|_| items.len() == slice.count);
    let lowest = last.and_then(key_of).and_then(|key| keys::listed(&key));
    let rows = items.into_iter().map(from_item);
    Ok(Page {
        shown: rows.collect::<Result<_, _>>()?,
        lowest,
    })
}

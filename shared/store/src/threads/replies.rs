//! The replies of one root by page: those stored after it, then the later ones.

use std::ops::Range;

use crate::clients::App;
use crate::id::{MessageId, RootNumber, Thread};
use crate::table::{Consistency, Error, Item, from_item, query};
use crate::threads::message::{self, Message};
use crate::threads::page::{self, Oldest};
use crate::threads::thread;
use crate::{Store, keys};

/// Which of the replies of a root are read.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// How many are skipped.
    pub skip: u64,
    /// How many are read at most.
    pub limit: u64,
}

/// A page of replies, and the number of all replies.
#[derive(Debug, Clone)]
pub struct Page {
    /// The number of all replies of the root.
    pub total: u64,
    /// The replies of the page, oldest first.
    pub replies: Vec<Message>,
}

/// Reads a part of the replies of the root `id`, at any depth below it; `None` if there is no such root. Three round
/// trips for any page. A page within the first 200 replies also reads the replies before it.
pub async fn page(
    store: &Store,
    app: &App,
    id: MessageId,
    part: Part,
) -> Result<Option<Page>, Error> {
    let place = message::place_of(store, app, id).await?;
    let Some(place) = place.filter(|place| place.root == id) else {
        return Ok(None);
    };
    let thread = keys::message_thread(&app.key, &place.key);
    let Some(root) = thread::root(store, &thread, place.number).await? else {
        return Ok(None);
    };
    let total = root.here + root.later;
    let (first, end) = (
        part.skip.min(total),
        part.skip.saturating_add(part.limit).min(total),
    );
    let here = first.min(root.here)..end.min(root.here);
    let elsewhere = first.saturating_sub(root.here)..end.saturating_sub(root.here);
    let (behind, later) = futures_util::join!(
        behind(store, &thread, place.number, here),
        later(store, &thread, place.number, elsewhere),
    );
    let items = behind?.into_iter().chain(later?);
    Ok(Some(Page {
        total,
        replies: items.map(from_item).collect::<Result<_, _>>()?,
    }))
}

/// The replies at these places, of those that are stored after a root.
async fn behind(
    store: &Store,
    thread: &Thread,
    root: RootNumber,
    places: Range<u64>,
) -> Result<Vec<Item>, Error> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let Range { start, end } = places;
    let oldest = Oldest { root, limit: end };
    let mut items = page::replies(store, thread, oldest, Consistency::Eventual).await?;
    if (items.len() as u64) < end {
        items = page::replies(store, thread, oldest, Consistency::Strong).await?;
    }
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let count = usize::try_from(end - start).unwrap_or(usize::MAX);
    Ok(items.into_iter().skip(skip).take(count).collect())
}

/// The later replies at these places. They have the numbers 1, 2, 3 … without a gap.
async fn later(
    store: &Store,
    thread: &Thread,
    root: RootNumber,
    places: Range<u64>,
) -> Result<Vec<Item>, Error> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let range = keys::later_replies(thread, root, places.start + 1..=places.end);
    let found = query(store, &range, Consistency::Eventual, None, |_| false).await?;
    if found.items.len() as u64 == places.end - places.start {
        return Ok(found.items);
    }
    Ok(query(store, &range, Consistency::Strong, None, |_| false)
        .await?
        .items)
}

//! The replies of one root by page: those stored after it, then the later ones.

use crate::clients::App;
use crate::table::{Consistency, Error, Item, Range, from_item, query};
use crate::threads::message::{self, Message};
use crate::threads::{page, thread};
use crate::{Store, keys};

/// A page of replies, and the number of all replies.
#[derive(Debug, Clone)]
pub struct Page {
    /// The number of all replies of the root.
    pub total: u64,
    /// The replies of the page, oldest first.
    pub replies: Vec<Message>,
}

/// Reads `limit` replies of the root `id` from `skip` on, at any depth below it; `None` if there is
/// no such root. Three round trips for any page. A page within the first 200 replies also reads the
/// replies before it.
pub async fn page(
    store: &Store,
    app: &App,
    id: u64,
    skip: u64,
    limit: u64,
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
    let (first, end) = (skip.min(total), skip.saturating_add(limit).min(total));
    let (behind, later) = futures_util::join!(
        behind(store, &thread, place.number, root.here, (first, end)),
        later(
            store,
            &thread,
            place.number,
            (
                first.saturating_sub(root.here),
                end.saturating_sub(root.here)
            ),
        ),
    );
    let items = behind?.into_iter().chain(later?);
    Ok(Some(Page {
        total,
        replies: items.map(from_item).collect::<Result<_, _>>()?,
    }))
}

/// The replies from place `first` to before `end`, of the `here` ones stored after a root.
async fn behind(
    store: &Store,
    thread: &str,
    root: u64,
    here: u64,
    (first, end): (u64, u64),
) -> Result<Vec<Item>, Error> {
    let (first, end) = (first.min(here), end.min(here));
    if first == end {
        return Ok(Vec::new());
    }
    let mut items = page::replies(store, thread, root, end, Consistency::Eventual).await?;
    if (items.len() as u64) < end {
        items = page::replies(store, thread, root, end, Consistency::Strong).await?;
    }
    let skip = usize::try_from(first).unwrap_or(usize::MAX);
    let count = usize::try_from(end - first).unwrap_or(usize::MAX);
    Ok(items.into_iter().skip(skip).take(count).collect())
}

/// The later replies from place `first` to before `end`. They have the numbers 1, 2, 3 … without a gap.
async fn later(
    store: &Store,
    thread: &str,
    root: u64,
    (first, end): (u64, u64),
) -> Result<Vec<Item>, Error> {
    if first == end {
        return Ok(Vec::new());
    }
    let (from, to) = (
        keys::later_reply(thread, root, first + 1),
        keys::later_reply(thread, root, end),
    );
    let range = Range {
        pk: from.pk,
        from: from.sk,
        to: to.sk,
        descending: false,
    };
    let found = query(store, &range, Consistency::Eventual, None, |_| false).await?;
    if found.items.len() as u64 == end - first {
        return Ok(found.items);
    }
    Ok(query(store, &range, Consistency::Strong, None, |_| false)
        .await?
        .items)
}

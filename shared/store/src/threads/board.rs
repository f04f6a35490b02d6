//! Reads messages: pages of one thread, and of all threads of an app.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::Deserialize;

use crate::clients::App;
use crate::id::Thread;
use crate::table::{Consistency, Error, PARALLEL, batch_get, from_item, query_as};
use crate::threads::message::{Message, Parent};
use crate::threads::page::{self, Branch, Order, Span, Window};
use crate::threads::thread;
use crate::{Store, keys};

/// A root with its replies.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The root.
    pub root: Message,
    /// The replies that a page shows, oldest first.
    pub replies: Vec<Message>,
    /// How many replies it has in all.
    pub total_replies: u64,
}

impl TryFrom<Branch> for Tree {
    type Error = Error;

    fn try_from(branch: Branch) -> Result<Self, Error> {
        Ok(Self {
            root: from_item(branch.root)?,
            replies: branch
                .replies
                .into_iter()
                .map(from_item)
                .collect::<Result<_, _>>()?,
            total_replies: branch.total_replies,
        })
    }
}

/// A page of roots, and the number of all roots.
#[derive(Debug, Clone)]
pub struct Page {
    /// The number of all roots of the thread or board.
    pub total: u64,
    /// The roots of the page.
    pub trees: Vec<Tree>,
}

impl Page {
    fn new(total: u64, branches: Vec<Branch>) -> Result<Self, Error> {
        let trees = branches.into_iter().map(Tree::try_from);
        Ok(Self {
            total,
            trees: trees.collect::<Result<_, _>>()?,
        })
    }
}

/// A page of the thread `key`. Two round trips for any page.
pub async fn thread_page(
    store: &Store,
    app: &App,
    key: &str,
    window: Window,
) -> Result<Page, Error> {
    let thread = keys::message_thread(&app.key, key);
    let head = thread::head(store, &thread).await?;
    let branches = page::page(store, &thread, &head, window).await?;
    Page::new(head.total(), branches)
}

/// A page of all roots of the app, by id. The cost grows with the page number.
pub async fn board_page(store: &Store, app: &App, window: Window) -> Result<Page, Error> {
    let total: u64 = board_total(store, app).await?;
    if window.skip >= total {
        return Page::new(total, Vec::new());
    }
    let places = board_places(store, app, window).await?;
    let spans = spans(app, &places, window);
    let reads: Vec<_> = spans
        .iter()
        .map(|(thread, span)| page::branches(store, thread, *span, |_| true))
        .collect();
    let mut reads = stream::iter(reads).buffered(PARALLEL);
    let mut found: Vec<Branch> = Vec::new();
    let (mut bytes, mut read) = (0, 0);
    while bytes <= window.max_bytes
        && let Some(branches) = reads.try_next().await?
    {
        read += 1;
        bytes += branches.iter().map(Branch::size).sum::<usize>();
        found.extend(branches);
    }
    drop(reads);
    // There is no room for more replies.
    let rest = spans.iter().skip(read).flat_map(|(thread, span)| {
        span.numbers()
            .map(|number| keys::thread_root(thread, number))
    });
    found.extend(page::roots(store, &rest.collect::<Vec<_>>()).await?);
    Page::new(total, found)
}

/// The spans of threads in which roots with these places are. Neighbours in one thread are one span.
fn spans(app: &App, places: &[Parent], window: Window) -> Vec<(Thread, Span)> {
    let mut spans: Vec<(Thread, Span)> = Vec::new();
    for place in places {
        let (thread, number) = (keys::message_thread(&app.key, &place.key), place.number);
        match spans.last_mut() {
            Some((last, span)) if *last == thread && number == span.high.next() => {
                span.high = number
            }
            Some((last, span)) if *last == thread && number.next() == span.low => span.low = number,
            _ => {
                let span = Span {
                    low: number,
                    high: number,
                    order: window.order,
                    max_bytes: window.max_bytes,
                };
                spans.push((thread, span));
            }
        }
    }
    spans
}

async fn board_total(store: &Store, app: &App) -> Result<u64, Error> {
    #[derive(Deserialize)]
    struct Meta {
        roots: u64,
    }
    let keys: Vec<_> = app
        .shards
        .all()
        .map(|shard| keys::board_meta(&app.key, shard))
        .collect();
    let metas = batch_get(store, &keys, Consistency::Strong).await?;
    metas
        .into_iter()
        .map(|item| Ok(from_item::<Meta>(item)?.roots))
        .sum()
}

/// The places of the roots of a window. Strongly consistent, because nobody would notice a root
/// that is missing from a list by id.
async fn board_places(store: &Store, app: &App, window: Window) -> Result<Vec<Parent>, Error> {
    let end = window.skip.saturating_add(window.count);
    let limit = i32::try_from(end).unwrap_or(i32::MAX).min(10_000);
    let shards = app.shards.all().map(|shard| async move {
        let is_descending = window.order == Order::Descending;
        let range = keys::board_roots(&app.key, shard).in_order(is_descending);
        let enough = |places: &[Parent]| places.len() as u64 >= end;
        let read = from_item::<Parent>;
        let found = query_as(
            store,
            &range,
            Consistency::Strong,
            Some(limit),
            read,
            enough,
        )
        .await?;
        Ok::<_, Error>(found.items)
    });
    let shards: Vec<_> = stream::iter(shards)
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let mut places: Vec<Parent> = shards.into_iter().flatten().collect();
    places.sort_by_key(|place| place.root);
    if window.order == Order::Descending {
        places.reverse();
    }
    let skip = usize::try_from(window.skip).unwrap_or(usize::MAX);
    let count = usize::try_from(window.count).unwrap_or(usize::MAX);
    Ok(places.into_iter().skip(skip).take(count).collect())
}

//! Reads moments: an app's list by cursor, an author's own by page.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;

use crate::clients::App;
use crate::ids::LAST_ID;
use crate::moments::moment::{Gone, Moment, Totals};
use crate::table::{
    Consistency, Error, Item, PARALLEL, Range, batch_get, from_item, get, query, query_as,
    query_index,
};
use crate::{Store, keys};

/// How late the index may be compared with the table, in seconds, and how many moments of a shard
/// are searched for those that it lacks.
const INDEX_DELAY: i64 = 5;
const MAX_RECENT: i32 = 100;
/// How many of them are read first: a few KB.
const FIRST_RECENT: i32 = 6;

/// A page of moments, newest first, and the number of all moments.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The number of all moments that the caller may see.
    pub total: u64,
    /// The moments of the page.
    pub moments: Vec<Moment>,
}

/// The newest `limit` moments of `app` with ids below `below` that `viewer` may see. For `None`
/// these are the public ones; for a logged-in member also those for members and the viewer's
/// private ones. One round trip for each four partitions.
///
/// If moments for members are in between, a page for `None` needs one more round trip for each
/// megabyte of them.
pub async fn latest(
    store: &Store,
    app: &App,
    viewer: Option<&str>,
    below: Option<u64>,
    limit: usize,
) -> Result<Page, Error> {
    let shards = app.shards.all().map(|shard| keys::moments(&app.key, shard));
    let private = viewer.map(|uuid| keys::private_moments(&app.key, uuid));
    let look = Look {
        members: viewer.is_some(),
        last: below.map(|below| below.saturating_sub(1).min(LAST_ID)),
        limit,
    };
    let parts = shards
        .chain(private)
        .map(|partition| look.at(store, partition));
    let merged = stream::iter(parts)
        .buffered(PARALLEL)
        .try_fold(Part::default(), async |merged, part| {
            Ok(merged.with(part, limit))
        })
        .await?;
    Ok(Page {
        total: merged.total,
        moments: merged
            .items
            .into_iter()
            .map(from_item)
            .collect::<Result<_, _>>()?,
    })
}

/// What a page reads from each partition.
#[derive(Clone, Copy)]
struct Look {
    /// Whether moments for members are included.
    members: bool,
    /// The highest id, unless the page begins at the top.
    last: Option<u64>,
    limit: usize,
}

/// The part of a page that comes from some partitions.
#[derive(Default)]
struct Part {
    total: u64,
    /// Newest first.
    items: Vec<Item>,
}

impl Part {
    /// Both parts together, at most as many as a page holds.
    fn with(mut self, other: Self, limit: usize) -> Self {
        self.total += other.total;
        self.items.extend(other.items);
        self.items.sort_by_key(|item| std::cmp::Reverse(id(item)));
        self.items.truncate(limit);
        self
    }
}

impl Look {
    async fn at(self, store: &Store, partition: String) -> Result<Part, Error> {
        let totals = keys::moment_totals(&partition);
        let (from, last) = keys::ids(0, self.last.unwrap_or(LAST_ID));
        let mut range = Range {
            pk: partition,
            from,
            // When reading from the top, the totals come before the newest moment and cost nothing extra.
            to: if self.last.is_some() {
                last
            } else {
                totals.sk.clone()
            },
            descending: true,
        };
        let first = i32::try_from(self.limit + 1).unwrap_or(i32::MAX);
        let (found, counted) = futures_util::join!(
            query(store, &range, Consistency::Eventual, Some(first), |items| {
                items.len() > self.limit
            }),
            async {
                match self.last {
                    Some(_) => get::<Totals>(store, &totals, Consistency::Eventual).await,
                    None => Ok(None),
                }
            }
        );
        let (mut found, mut counted) = (found?, counted?);
        if found
            .items
            .first()
            .is_some_and(|item| sk(item) == totals.sk)
        {
            counted = Some(from_item(found.items.remove(0))?);
        }
        let counted = counted.unwrap_or_default();
        let total = if self.members {
            counted.all()
        } else {
            counted.public()
        };
        let reach = found.items.last().map_or(0, id);
        found.items.retain(|item| self.is_visible(item));
        // No moment below the first public one is public.
        let lowest = counted.first_public();
        let is_short = found.items.len() < self.limit.min(total);
        if !self.members && !found.complete && is_short && reach > lowest {
            (range.from, range.to) = keys::ids(lowest, reach.saturating_sub(1));
            let seen = found.items.len();
            let rest = self.visible(store, &range, seen).await?;
            found.items.extend(rest);
        }
        Ok(Part {
            total: total as u64,
            items: found.items,
        })
    }

    /// The visible moments in `range`, until a page that already has `seen` items is full. Nothing
    /// else is kept in memory, because there may be very much of it.
    async fn visible(self, store: &Store, range: &Range, seen: usize) -> Result<Vec<Item>, Error> {
        let keep = |item: Item| Ok(Some(item).filter(|item| self.is_visible(item)));
        let (mut looked, mut visible) = (0, seen);
        let is_full = |items: &[Option<Item>]| {
            let new = items.iter().skip(looked);
            visible += new.flatten().count();
            looked = items.len();
            visible >= self.limit
        };
        let found = query_as(store, range, Consistency::Eventual, None, keep, is_full).await?;
        Ok(found.items.into_iter().flatten().collect())
    }

    fn is_visible(self, item: &Item) -> bool {
        let access = item.get("access").and_then(|access| access.as_s().ok());
        self.members || access.is_some_and(|access| access == "public")
    }
}

/// The sort key of an item.
fn sk(item: &Item) -> &str {
    match item.get("SK") {
        Some(AttributeValue::S(sk)) => sk,
        _ => "",
    }
}

/// The id of a moment's item.
fn id(item: &Item) -> u64 {
    sk(item).parse().unwrap_or_default()
}

/// A page of the moments of `uuid` in `app`, of every access level, newest first, from `skip` on.
///
/// The index says which moments there are. What it may not have yet is read from the table:
/// deletions within the last minute, and moments of the last seconds that are among the newest 100
/// of their shard. Two round trips for a few hundred moments in few shards.
pub async fn own(
    store: &Store,
    app: &App,
    uuid: &str,
    skip: u64,
    limit: usize,
) -> Result<Page, Error> {
    let (from, to) = keys::ids(0, LAST_ID);
    let index = Range {
        pk: keys::own_moments(&app.key, uuid),
        from,
        to,
        descending: true,
    };
    let private = keys::private_moments(&app.key, uuid);
    let is_private = |item: &Item| item.get("PK").and_then(|pk| pk.as_s().ok()) == Some(&private);
    let place = |item: Item| Ok((id(&item), is_private(&item)));
    let gone = keys::gone_moments(&app.key, uuid);
    let (indexed, gone, recent) = futures_util::join!(
        query_index(store, &index, place),
        get::<Gone>(store, &gone, Consistency::Strong),
        recent(store, app, uuid),
    );
    let (indexed, gone, mut known) = (indexed?, gone?.unwrap_or_default(), recent?);
    let recent = known.values().map(|moment| (moment.id, false));
    let ids: BTreeSet<u64> = indexed
        .iter()
        .copied()
        .chain(recent)
        .map(|(id, _)| id)
        .collect();
    let left = || ids.iter().rev().filter(|id| !gone.contains(**id));
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let page: Vec<u64> = left().skip(skip).take(limit).copied().collect();
    // Asks again for what a replica does not have yet.
    for consistency in [Consistency::Eventual, Consistency::Strong] {
        let missing = indexed
            .iter()
            .filter(|(id, _)| page.contains(id) && !known.contains_key(id));
        let wanted: Vec<_> = missing
            .map(|(id, is_private)| match is_private {
                true => keys::moment(&private, *id),
                false => keys::moment(&keys::moments(&app.key, app.shards.of(*id)), *id),
            })
            .collect();
        if wanted.is_empty() {
            break;
        }
        for item in batch_get(store, &wanted, consistency).await? {
            let moment: Moment = from_item(item)?;
            known.insert(moment.id, moment);
        }
    }
    Ok(Page {
        total: left().count() as u64,
        moments: page.iter().filter_map(|id| known.remove(id)).collect(),
    })
}

/// The moments that `uuid` has posted within the last seconds. Ids do not show the time, so the
/// newest moments of each partition are read, and more if all of these are new enough.
async fn recent(store: &Store, app: &App, uuid: &str) -> Result<HashMap<u64, Moment>, Error> {
    let since = (store.now() - SignedDuration::from_secs(INDEX_DELAY)).as_second();
    let shards = app.shards.all().map(|shard| keys::moments(&app.key, shard));
    let partitions = shards
        .chain([keys::private_moments(&app.key, uuid)])
        .map(|pk| recent_of(store, pk, since));
    let found: Vec<Vec<Moment>> = stream::iter(partitions)
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let own = found.into_iter().flatten();
    let own = own.filter(|moment| moment.uuid == uuid);
    Ok(own.map(|moment| (moment.id, moment)).collect())
}

/// The moments of a partition since the time `since`, in seconds, newest first.
async fn recent_of(store: &Store, pk: String, since: i64) -> Result<Vec<Moment>, Error> {
    let mut recent = Vec::new();
    let mut last = LAST_ID;
    for limit in [FIRST_RECENT, MAX_RECENT - FIRST_RECENT] {
        let (from, to) = keys::ids(0, last);
        let range = Range {
            pk: pk.clone(),
            from,
            to,
            descending: true,
        };
        let one_page = |_: &[Item]| true;
        let found = query(store, &range, Consistency::Strong, Some(limit), one_page).await?;
        let count = found.items.len();
        for item in found.items {
            let moment: Moment = from_item(item)?;
            last = moment.id.saturating_sub(1);
            if moment.posted_at >= since {
                recent.push(moment);
            }
        }
        let are_all = recent.len() >= count && count > 0;
        if found.complete || !are_all {
            break;
        }
    }
    Ok(recent)
}

//! Reads moments: an app's list by cursor, an author's own by page.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;

use crate::clients::App;
use crate::id::{MomentId, Partition, Uuid};
use crate::ids::LAST_ID;
use crate::keys::{Key, Range};
use crate::moments::moment::{Gone, Moment, Totals};
use crate::table::{
    Consistency, Error, Found, Item, PARALLEL, batch_get_even_new, from_item, get, key_of, query,
    query_as, query_index,
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
    viewer: Option<&Uuid>,
    below: Option<MomentId>,
    limit: usize,
) -> Result<Page, Error> {
    let shards = app.shards.all().map(|shard| keys::moments(&app.key, shard));
    let private = viewer.map(|uuid| keys::private_moments(&app.key, uuid));
    let look = Look {
        members: viewer.is_some(),
        last: below.map(|below| MomentId::from(below.get().saturating_sub(1).min(LAST_ID))),
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
    last: Option<MomentId>,
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
    async fn at(self, store: &Store, partition: Partition) -> Result<Part, Error> {
        let (mut found, totals) = self.first(store, &partition).await?;
        let total = if self.members {
            totals.all()
        } else {
            totals.public()
        };
        let reach = found.items.last().map_or(MomentId::from(0), id);
        found.items.retain(|item| self.is_visible(item));
        // No moment below the first public one is public.
        let lowest = totals.first_public();
        let is_short = found.items.len() < self.limit.min(total);
        if !self.members && !found.complete && is_short && reach > lowest {
            let range = keys::moments_between(&partition, lowest..=before(reach));
            let seen = found.items.len();
            let rest = self.visible(store, &range, seen).await?;
            found.items.extend(rest);
        }
        Ok(Part {
            total: total as u64,
            items: found.items,
        })
    }

    /// As many moments as the page may hold and one more, visible or not, and the totals.
    async fn first(self, store: &Store, partition: &Partition) -> Result<(Found, Totals), Error> {
        let limit = i32::try_from(self.limit + 1).unwrap_or(i32::MAX);
        let totals = keys::moment_totals(partition);
        let enough = |items: &[Item]| items.len() > self.limit;
        let eventual = Consistency::Eventual;
        let Some(last) = self.last else {
            // When reading from the top, the totals come before the newest moment and cost nothing extra.
            let range = keys::moments_from_top(partition);
            let mut found = query(store, &range, eventual, Some(limit), enough).await?;
            let top = found.items.first().and_then(key_of);
            let totals = match top.is_some_and(|key| key == totals) {
                true => from_item(found.items.remove(0))?,
                false => Totals::default(),
            };
            return Ok((found, totals));
        };
        let range = keys::moments_between(partition, MomentId::from(0)..=last);
        let (found, totals) = futures_util::join!(
            query(store, &range, eventual, Some(limit), enough),
            get::<Totals>(store, &totals, eventual),
        );
        Ok((found?, totals?.unwrap_or_default()))
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
fn id(item: &Item) -> MomentId {
    sk(item).parse().unwrap_or_default()
}

/// The id before `id`.
fn before(id: MomentId) -> MomentId {
    id.get().saturating_sub(1).into()
}

/// A page of the moments of `uuid` in `app`, of every access level, newest first, from `skip` on.
///
/// The index says which moments there are. What it may not have yet is read from the table:
/// deletions within the last minute, and moments of the last seconds that are among the newest 100
/// of their shard. Two round trips for a few hundred moments in few shards.
pub async fn own(
    store: &Store,
    app: &App,
    uuid: &Uuid,
    skip: u64,
    limit: usize,
) -> Result<Page, Error> {
    let index = keys::own_moments(&app.key, uuid);
    let gone = keys::gone_moments(&app.key, uuid);
    let place = |item| Ok((id(&item), key_of(&item)));
    let (indexed, gone, recent) = futures_util::join!(
        query_index(store, &index, place),
        get::<Gone>(store, &gone, Consistency::Strong),
        recent(store, app, uuid),
    );
    let (indexed, gone, mut known) = (indexed?, gone?.unwrap_or_default(), recent?);
    let ids = indexed.iter().map(|(id, _)| id).chain(known.keys());
    let ids: BTreeSet<MomentId> = ids.copied().filter(|id| !gone.contains(*id)).collect();
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let page: Vec<MomentId> = ids.iter().rev().skip(skip).take(limit).copied().collect();
    let is_missing = |id: &MomentId| page.contains(id) && !known.contains_key(id);
    let missing = indexed.into_iter().filter(|(id, _)| is_missing(id));
    let wanted: Vec<Key> = missing.filter_map(|(_, key)| key).collect();
    for item in batch_get_even_new(store, &wanted).await?.into_values() {
        let moment: Moment = from_item(item)?;
        known.insert(moment.id, moment);
    }
    Ok(Page {
        total: ids.len() as u64,
        moments: page.iter().filter_map(|id| known.remove(id)).collect(),
    })
}

/// The moments that `uuid` has posted within the last seconds. Ids do not show the time, so the
/// newest moments of each partition are read, and more if all of these are new enough.
async fn recent(store: &Store, app: &App, uuid: &Uuid) -> Result<HashMap<MomentId, Moment>, Error> {
    let since = (store.now() - SignedDuration::from_secs(INDEX_DELAY)).as_second();
    let shards = app.shards.all().map(|shard| keys::moments(&app.key, shard));
    let partitions = shards
        .chain([keys::private_moments(&app.key, uuid)])
        .map(|partition| recent_of(store, partition, since));
    let found: Vec<Vec<Moment>> = stream::iter(partitions)
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let own = found.into_iter().flatten();
    let own = own.filter(|moment| moment.uuid == *uuid);
    Ok(own.map(|moment| (moment.id, moment)).collect())
}

/// The moments of a partition since the time `since`, in seconds, newest first.
async fn recent_of(store: &Store, partition: Partition, since: i64) -> Result<Vec<Moment>, Error> {
    let mut recent = Vec::new();
    let mut last = MomentId::from(LAST_ID);
    for limit in [FIRST_RECENT, MAX_RECENT - FIRST_RECENT] {
        let range = keys::moments_between(&partition, MomentId::from(0)..=last);
        let one_page = |_: &[Item]| true;
        let found = query(store, &range, Consistency::Strong, Some(limit), one_page).await?;
        let count = found.items.len();
        for item in found.items {
            let moment: Moment = from_item(item)?;
            last = before(moment.id);
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

//! Moments as they are read: an app's list by cursor, an author's own by page.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;

use super::branch::size;
use super::client::App;
use super::keys::{self, Key};
use super::moment::{Gone, Moment, Totals};
use super::table::{
    Consistency, Error, Found, Item, PARALLEL, Range, batch_get, from_item, get, query, query_index,
};
use crate::Ctx;
use crate::ids::first_at;

/// The highest id: all are below 2^53.
const LAST_ID: u64 = (1 << 53) - 1;
/// How much of a partition one page looks through for moments that the caller may see, in bytes.
const MAX_LOOK: usize = 4 << 20;
/// How long the index may be behind the table, in seconds.
const INDEX_DELAY: i64 = 5;

/// A page of moments, newest first, and how many there are.
#[derive(Debug, Clone)]
pub struct Page {
    /// All moments that the caller may see.
    pub total: u64,
    /// Those of the page.
    pub moments: Vec<Moment>,
}

/// The newest moments of `app` with ids below `below` that `viewer` may see, `limit` of them or as many
/// as 4 MiB hold: everybody's for `None`, for a signed-in member also those for members and the
/// viewer's private ones. One round trip.
///
/// Where moments for members stand between, a page for `None` needs another round trip, and ends
/// early once 4 MiB were looked through.
pub async fn latest(
    ctx: &Ctx,
    app: &App,
    viewer: Option<&str>,
    below: Option<u64>,
    limit: usize,
) -> Result<Page, Error> {
    let shards = app.shards.all().map(|shard| keys::moments(&app.key, shard));
    let private = viewer.map(|uuid| keys::private_moments(&app.key, uuid));
    let look = Look {
        members: viewer.is_some(),
        below,
        limit,
    };
    let partitions = shards
        .chain(private)
        .map(|partition| look.at(ctx, partition));
    let parts: Vec<Part> = stream::iter(partitions)
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let total = parts.iter().map(|part| part.total).sum();
    // Below what one partition was not read further than, the others' moments would leave a gap.
    let reach = parts.iter().filter_map(|part| part.reach).max();
    let mut moments: Vec<Moment> = parts.into_iter().flat_map(|part| part.moments).collect();
    moments.retain(|moment| reach.is_none_or(|reach| moment.id >= reach));
    moments.sort_by_key(|moment| std::cmp::Reverse(moment.id));
    moments.truncate(limit);
    Ok(Page { total, moments })
}

/// What a page looks for in each partition.
#[derive(Clone, Copy)]
struct Look {
    /// Whether moments for members are among it.
    members: bool,
    below: Option<u64>,
    limit: usize,
}

/// What one partition has to give to a page.
struct Part {
    total: u64,
    moments: Vec<Moment>,
    /// The lowest id that was looked at, where there are more below it that the page may need.
    reach: Option<u64>,
}

impl Look {
    async fn at(self, ctx: &Ctx, partition: String) -> Result<Part, Error> {
        let totals = keys::moment_totals(&partition);
        let (from, last) = keys::ids(0, self.below.map_or(LAST_ID, |id| id.saturating_sub(1)));
        let mut range = Range {
            pk: partition,
            from,
            // From the top the totals stand before the newest moment, and come at no price.
            to: if self.below.is_some() {
                last
            } else {
                totals.sk.clone()
            },
            descending: true,
        };
        let first = i32::try_from(self.limit + 1).unwrap_or(i32::MAX);
        let stop = |items: &[Item]| items.len() > self.limit || bytes(items) > MAX_LOOK;
        let (found, counted) = futures_util::join!(
            query(ctx, &range, Consistency::Eventual, Some(first), stop),
            async {
                match self.below {
                    Some(_) => get::<Totals>(ctx, &totals, Consistency::Eventual).await,
                    None => Ok(None),
                }
            }
        );
        let (mut found, mut counted) = (found?, counted?);
        if found
            .items
            .first()
            .is_some_and(|item| key(item) == Some(&totals.sk))
        {
            counted = Some(from_item(found.items.remove(0))?);
        }
        let counted = counted.unwrap_or_default();
        let total = if self.members {
            counted.all()
        } else {
            counted.public()
        };
        let is_short = |items: &[Item]| self.visible(items) < self.limit.min(total);
        if !self.members
            && !found.complete
            && is_short(&found.items)
            && let Some(last) = found.items.last().and_then(id)
        {
            range.to = keys::ids(0, last.saturating_sub(1)).1;
            let seen = self.visible(&found.items);
            let stop = |items: &[Item]| {
                let visible = seen + self.visible(items);
                visible >= self.limit || (visible > 0 && bytes(items) > MAX_LOOK)
            };
            let rest = query(ctx, &range, Consistency::Eventual, None, stop).await?;
            found.items.extend(rest.items);
            found.complete = rest.complete;
        }
        let is_cut = !found.complete && is_short(&found.items);
        Ok(Part {
            total: total as u64,
            reach: found.items.last().and_then(id).filter(|_| is_cut),
            moments: found
                .items
                .into_iter()
                .filter(|item| self.is_visible(item))
                .map(from_item)
                .collect::<Result<_, _>>()?,
        })
    }

    fn is_visible(self, item: &Item) -> bool {
        let access = item.get("access").and_then(|access| access.as_s().ok());
        self.members || access.is_some_and(|access| access == "public")
    }

    fn visible(self, items: &[Item]) -> usize {
        items.iter().filter(|item| self.is_visible(item)).count()
    }
}

fn key(item: &Item) -> Option<&String> {
    item.get("SK")?.as_s().ok()
}

fn id(item: &Item) -> Option<u64> {
    key(item)?.parse().ok()
}

fn bytes(items: &[Item]) -> usize {
    items.iter().map(size).sum()
}

/// A page of the moments of `uuid` in `app`, of every access, newest first, from `skip` on.
///
/// The index tells which there are; what it cannot know yet is read from the table: moments of the
/// last seconds, and what was deleted within the last minute. Two round trips.
pub async fn own(ctx: &Ctx, app: &App, uuid: &str, skip: u64, limit: usize) -> Result<Page, Error> {
    let (from, to) = keys::ids(0, LAST_ID);
    let index = Range {
        pk: keys::own_moments(&app.key, uuid),
        from,
        to,
        descending: true,
    };
    let gone = keys::gone_moments(&app.key, uuid);
    let (indexed, gone, recent) = futures_util::join!(
        query_index(ctx, &index),
        get::<Gone>(ctx, &gone, Consistency::Strong),
        recent(ctx, app, uuid),
    );
    let (gone, mut recent) = (gone?.unwrap_or_default(), recent?);
    let mut places: BTreeMap<u64, Key> = BTreeMap::new();
    for item in indexed? {
        let pk = item.get("PK").and_then(|pk| pk.as_s().ok());
        if let (Some(pk), Some(sk), Some(id)) = (pk, key(&item), id(&item)) {
            let place = Key {
                pk: pk.clone(),
                sk: sk.clone(),
            };
            places.insert(id, place);
        }
    }
    let ids: BTreeSet<u64> = places.keys().chain(recent.keys()).copied().collect();
    let ids: Vec<u64> = ids
        .into_iter()
        .rev()
        .filter(|id| !gone.contains(*id))
        .collect();
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let page: Vec<u64> = ids.iter().skip(skip).take(limit).copied().collect();
    let wanted = |known: &HashMap<u64, Moment>| -> Vec<Key> {
        let missing = page.iter().filter(|id| !known.contains_key(id));
        missing.filter_map(|id| places.get(id).cloned()).collect()
    };
    // What a replica does not have yet is asked for once more.
    for consistency in [Consistency::Eventual, Consistency::Strong] {
        let wanted = wanted(&recent);
        if wanted.is_empty() {
            break;
        }
        for item in batch_get(ctx, &wanted, consistency).await? {
            let moment: Moment = from_item(item)?;
            recent.insert(moment.id, moment);
        }
    }
    Ok(Page {
        total: ids.len() as u64,
        moments: page.iter().filter_map(|id| recent.remove(id)).collect(),
    })
}

/// What `uuid` has posted within the last seconds.
async fn recent(ctx: &Ctx, app: &App, uuid: &str) -> Result<HashMap<u64, Moment>, Error> {
    let since = ctx.now() - SignedDuration::from_secs(INDEX_DELAY);
    let (from, to) = keys::ids(first_at(since), LAST_ID);
    let shards = app.shards.all().map(|shard| keys::moments(&app.key, shard));
    let partitions = shards
        .chain([keys::private_moments(&app.key, uuid)])
        .map(|pk| {
            let range = Range {
                pk,
                from: from.clone(),
                to: to.clone(),
                descending: true,
            };
            async move { query(ctx, &range, Consistency::Strong, None, |_| false).await }
        });
    let found: Vec<Found> = stream::iter(partitions)
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let items = found.into_iter().flat_map(|found| found.items);
    let own = items.filter(|item| {
        item.get("uuid")
            .and_then(|v| v.as_s().ok())
            .is_some_and(|author| author == uuid)
    });
    own.map(|item| {
        let moment: Moment = from_item(item)?;
        Ok((moment.id, moment))
    })
    .collect()
}

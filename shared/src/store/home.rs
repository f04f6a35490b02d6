//! Homes: the weibos of those whom a member follows. The stream fills them; authors with very many fans
//! are merged in when a home is read.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use super::batch::{Write, batch_write};
use super::keys;
use super::query::{Range, query};
use super::relation::{self, Bond, List};
use super::table::{
    Consistency, Error, Item, PARALLEL, Values, from_item, key_item, key_of, to_item, update,
};
use super::timeline::{self, Row, Slice};
use super::weibo::Weibo;
use crate::Ctx;

/// How long a weibo stays in homes, in seconds: 90 days.
const KEPT: i64 = 90 * 86_400;
/// How many of an author's earlier weibos a new fan gets.
const EARLIER: usize = 20;
/// How many authors are merged into a home that is read.
const MAX_MERGED: usize = 20;
/// How many fans are read at once.
const FANS: usize = 500;

/// A weibo in a home.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct HomeRow {
    #[serde(flatten)]
    row: Row,
    /// Its author.
    by: u64,
    expires_at: i64,
}

fn item(ctx: &Ctx, reader: u64, row: Row, by: u64) -> Result<Item, Error> {
    let expires_at = ctx.now().as_second() + KEPT;
    let row = HomeRow {
        row,
        by,
        expires_at,
    };
    to_item(&keys::home_weibo(reader, row.row.id), &row)
}

/// Writes one item for each fan of `uid`.
async fn each_fan(
    ctx: &Ctx,
    uid: u64,
    one: impl Fn(u64) -> Result<Write, Error> + Send + Sync,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let (fans, has_more) = relation::page(ctx, uid, List::Fans, after, FANS).await?;
        let writes = fans.iter().map(|fan| one(*fan)).collect::<Result<_, _>>()?;
        batch_write(ctx, writes).await?;
        match fans.last() {
            Some(last) if has_more => after = *last,
            _ => return Ok(()),
        }
    }
}

/// Puts a new weibo into the homes of its author's fans. An author with more than `limit` fans becomes
/// one who is merged in, and stays so.
pub async fn publish(ctx: &Ctx, weibo: &Weibo, limit: u64) -> Result<(), Error> {
    let counts = relation::counts(ctx, &[weibo.uid]).await?;
    let counts = counts.get(&weibo.uid).copied().unwrap_or_default();
    if counts.merged {
        return Ok(());
    }
    if counts.fans > limit {
        return merge(ctx, weibo.uid).await;
    }
    let row = Row {
        id: weibo.id,
        root: weibo.root,
    };
    each_fan(ctx, weibo.uid, |fan| {
        Ok(Write::Put(item(ctx, fan, row, weibo.uid)?))
    })
    .await
}

/// Names an author in the homes of all fans. Whoever becomes a fan meanwhile is either among them, or
/// is named to by [`followed`], which sees the mark.
async fn merge(ctx: &Ctx, author: u64) -> Result<(), Error> {
    let name = |fan| Ok(Write::Put(key_item(&keys::home_author(fan, author))));
    // The mark comes only after all were named, so that a failure between them starts again. Whoever
    // came between the two is named the second time.
    each_fan(ctx, author, name).await?;
    let yes = Values::from([(
        ":yes".to_owned(),
        aws_sdk_dynamodb::types::AttributeValue::Bool(true),
    )]);
    update(ctx, &keys::counts(author), "SET merged = :yes", None, yes).await?;
    each_fan(ctx, author, name).await
}

/// Takes a destroyed weibo out of homes.
pub async fn destroyed(ctx: &Ctx, weibo: &Weibo) -> Result<(), Error> {
    each_fan(ctx, weibo.uid, |fan| {
        Ok(Write::Delete(keys::home_weibo(fan, weibo.id)))
    })
    .await
}

/// A member has a new fan: the newest weibos come into the fan's home, or the member is merged in.
pub async fn followed(ctx: &Ctx, uid: u64, fan: u64) -> Result<(), Error> {
    if relation::bond(ctx, fan, uid).await? != Bond::Follows {
        return Ok(());
    }
    let counts = relation::counts(ctx, &[uid]).await?;
    let items = if counts.get(&uid).is_some_and(|counts| counts.merged) {
        vec![Write::Put(key_item(&keys::home_author(fan, uid)))]
    } else {
        let slice = Slice::new(None, None, EARLIER);
        let rows = timeline::of_member(ctx, uid, slice, Consistency::Strong).await?;
        let items = rows
            .into_iter()
            .map(|row| Ok(Write::Put(item(ctx, fan, row, uid)?)));
        items.collect::<Result<_, Error>>()?
    };
    batch_write(ctx, items).await?;
    // The fan may have gone meanwhile, and what was to be taken out been taken out before.
    match relation::bond(ctx, fan, uid).await? {
        Bond::Follows => Ok(()),
        Bond::None | Bond::Blocks => remove_author(ctx, uid, fan).await,
    }
}

/// A member has lost a fan, in whose home nothing of the member stays.
pub async fn unfollowed(ctx: &Ctx, uid: u64, fan: u64) -> Result<(), Error> {
    match relation::bond(ctx, fan, uid).await? {
        Bond::Follows => Ok(()),
        Bond::None | Bond::Blocks => remove_author(ctx, uid, fan).await,
    }
}

async fn remove_author(ctx: &Ctx, author: u64, reader: u64) -> Result<(), Error> {
    let (from, to) = keys::ids(0, crate::ids::LAST_ID);
    let range = Range {
        pk: keys::home(reader),
        from,
        to,
        descending: false,
    };
    let found = query(ctx, &range, Consistency::Strong, None, |_| false).await?;
    let mut gone = vec![Write::Delete(keys::home_author(reader, author))];
    for item in found.items {
        let key = key_of(&item);
        let row: HomeRow = from_item(item)?;
        gone.extend(key.filter(|_| row.by == author).map(Write::Delete));
    }
    batch_write(ctx, gone).await
}

/// The authors who are merged into a home, at most 20.
async fn merged(ctx: &Ctx, reader: u64) -> Result<Vec<u64>, Error> {
    let (from, to) = keys::home_authors();
    let range = Range {
        pk: keys::home(reader),
        from,
        to,
        descending: false,
    };
    let limit = i32::try_from(MAX_MERGED).ok();
    let found = query(ctx, &range, Consistency::Eventual, limit, |_| true).await?;
    Ok(found.items.iter().filter_map(author).collect())
}

/// The author whom an item of a home names; none for a weibo.
fn author(item: &Item) -> Option<u64> {
    keys::author_of_home(&key_of(item)?)
}

/// Weibos of several authors' lists, newest first, each once, no more than the slice asks for.
async fn merge_in(
    ctx: &Ctx,
    rows: Vec<Row>,
    authors: &[u64],
    slice: Slice,
) -> Result<Vec<Row>, Error> {
    let read = |author| timeline::of_member(ctx, author, slice, Consistency::Eventual);
    let lists: Vec<_> = authors.iter().copied().map(read).collect();
    let lists: Vec<Vec<Row>> = stream::iter(lists)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await?;
    let mut all: Vec<Row> = rows
        .into_iter()
        .chain(lists.into_iter().flatten())
        .collect();
    all.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    all.dedup_by_key(|row| row.id);
    all.truncate(slice.count);
    Ok(all)
}

fn live(ctx: &Ctx, rows: Vec<HomeRow>) -> Vec<Row> {
    let now = ctx.now().as_second();
    let live = rows.into_iter().filter(|row| row.expires_at > now);
    live.map(|row| row.row).collect()
}

/// A slice of the home of `reader` with the reader's own weibos, newest first.
pub async fn page(ctx: &Ctx, reader: u64, slice: Slice) -> Result<Vec<Row>, Error> {
    let (rows, own, merged) = futures_util::join!(
        timeline::rows::<HomeRow>(ctx, keys::home(reader), slice, Consistency::Eventual),
        timeline::of_member(ctx, reader, slice, Consistency::Strong),
        merged(ctx, reader),
    );
    let rows = live(ctx, rows?).into_iter().chain(own?).collect();
    merge_in(ctx, rows, &merged?, slice).await
}

/// How many weibos above `since` are in the home of `reader`, own ones not; at most `most`. One round
/// trip unless authors are merged in.
pub async fn count(ctx: &Ctx, reader: u64, since: u64, most: usize) -> Result<usize, Error> {
    let slice = Slice::new(Some(since), None, most);
    if slice.since >= slice.max {
        return Ok(0);
    }
    let (from, _) = keys::ids(slice.since + 1, slice.max);
    // The authors sort behind the weibos: one query has both.
    let (_, to) = keys::home_authors();
    let range = Range {
        pk: keys::home(reader),
        from,
        to,
        descending: true,
    };
    let limit = most + MAX_MERGED;
    let found = query(
        ctx,
        &range,
        Consistency::Eventual,
        i32::try_from(limit).ok(),
        |_| true,
    )
    .await?;
    let mut authors: Vec<u64> = found.items.iter().filter_map(author).collect();
    let rows = if authors.len() > MAX_MERGED {
        timeline::rows(ctx, keys::home(reader), slice, Consistency::Eventual).await?
    } else {
        let rows = found
            .items
            .into_iter()
            .filter(|item| author(item).is_none())
            .map(from_item);
        rows.collect::<Result<Vec<HomeRow>, _>>()?
    };
    let mut ids: BTreeSet<u64> = live(ctx, rows).into_iter().map(|row| row.id).collect();
    authors.truncate(MAX_MERGED);
    let merged = merge_in(ctx, Vec::new(), &authors, slice).await?;
    ids.extend(merged.into_iter().map(|row| row.id));
    Ok(ids.len().min(most))
}

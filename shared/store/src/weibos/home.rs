//! Homes: the weibos of the members whom a member follows. The stream fills them. Authors with very
//! many fans are merged in when a home is read.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::id::{Uid, WeiboId};
use crate::keys::{self, Key};
use crate::people::relation::{self, Bond, Follow, List, ListFrom, Merged};
use crate::table::slice::{self, Page, Slice};
use crate::table::{
    Consistency, Error, Item, PARALLEL, Range, Write, batch_write, from_item, key_item, key_of,
    query, query_as, to_item,
};
use crate::weibos::list;
use crate::weibos::timeline::{self, Row};
use crate::weibos::weibo::{self, Weibo};

/// How long a weibo stays in homes, in seconds: 90 days.
const KEPT: i64 = 90 * 86_400;
/// How many earlier weibos of an author a new fan gets.
const EARLIER: usize = 20;
/// How many authors are merged into a home when it is read.
const MAX_MERGED: usize = 20;
/// How many fans are read at once.
const FANS: usize = 500;

/// A weibo in a home.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct HomeRow {
    #[serde(flatten)]
    row: Row,
    /// Its author.
    by: Uid,
    expires_at: i64,
}

/// The copy of a member's weibo in a fan's home.
fn item(store: &Store, follow: Follow, row: Row) -> Result<Item, Error> {
    let row = HomeRow {
        row,
        by: follow.member,
        expires_at: store.now().as_second() + KEPT,
    };
    to_item(&keys::home_weibo(follow.fan, row.row.id), &row)
}

/// Makes one write for each fan of `member`. If a fan leaves in the meantime, nothing that was put
/// stays, whichever record of the stream comes first.
async fn each_fan(
    store: &Store,
    member: Uid,
    write: impl Fn(Follow) -> Result<Write, Error> + Send + Sync,
) -> Result<(), Error> {
    let mut from = ListFrom {
        of: member,
        after: Uid::NOBODY,
    };
    loop {
        let (fans, next) = relation::page(store, List::Fans, from, FANS).await?;
        let writes: Vec<Write> = fans
            .iter()
            .map(|fan| write(Follow { fan: *fan, member }))
            .collect::<Result<_, _>>()?;
        let put = fans.iter().copied().zip(writes.iter().map(Write::put));
        let put: Vec<(Uid, Key)> = put.filter_map(|(fan, key)| Some((fan, key?))).collect();
        batch_write(store, writes).await?;
        if let Some((last, _)) = put.last() {
            let (left, more) = relation::page(store, List::Fans, from, FANS).await?;
            // If there are new fans among them, the page may end earlier.
            let end = more.unwrap_or(*last);
            let is_gone = |fan: Uid| fan <= end && left.binary_search(&fan).is_err();
            let gone = put.into_iter().filter(|(fan, _)| is_gone(*fan));
            batch_write(store, gone.map(|(_, key)| Write::Delete(key)).collect()).await?;
        }
        match next {
            Some(next) => from.after = next,
            None => return Ok(()),
        }
    }
}

/// Puts a new weibo into the homes of its author's fans. An author with more than `limit` fans
/// becomes a merged author, and stays one.
pub async fn publish(store: &Store, weibo: &Weibo, limit: u64) -> Result<(), Error> {
    let author = weibo.uid;
    let counts = relation::counts_of(store, author).await?;
    match counts.merged {
        Some(Merged::Everywhere) => Ok(()),
        Some(Merged::Begun) => merge(store, author).await,
        None if counts.fans > limit => merge(store, author).await,
        None => {
            let row = Row::of(weibo);
            let copy = |follow| Ok(Write::Put(item(store, follow, row)?));
            each_fan(store, author, copy).await
        }
    }
}

/// Names an author in the homes of all fans. After the first mark, [`followed`] names the author to
/// new fans. Without the second mark, the naming starts again.
async fn merge(store: &Store, author: Uid) -> Result<(), Error> {
    relation::mark_merged(store, author, Merged::Begun).await?;
    let name = |follow| Ok(Write::Put(key_item(&keys::home_author(follow))));
    each_fan(store, author, name).await?;
    relation::mark_merged(store, author, Merged::Everywhere).await
}

/// Removes a destroyed weibo from homes. Copies of an author who is now merged in stay until they
/// expire. Readers skip them, and so does [`count`].
pub async fn destroyed(store: &Store, weibo: &Weibo) -> Result<(), Error> {
    if relation::counts_of(store, weibo.uid)
        .await?
        .merged
        .is_some()
    {
        return Ok(());
    }
    let remove = |follow: Follow| Ok(Write::Delete(keys::home_weibo(follow.fan, weibo.id)));
    each_fan(store, weibo.uid, remove).await
}

/// Handles a new fan of a member: the member's newest weibos are put into the fan's home, or the
/// member is merged in.
pub async fn followed(store: &Store, follow: Follow) -> Result<(), Error> {
    if relation::bond(store, follow.into()).await? != Bond::Follows {
        return Ok(());
    }
    if relation::counts_of(store, follow.member)
        .await?
        .merged
        .is_some()
    {
        let name = Write::Put(key_item(&keys::home_author(follow)));
        batch_write(store, vec![name]).await?;
    } else {
        copy_earlier(store, follow).await?;
    }
    // The fan may have left in the meantime, and the removal may have run before the writes.
    unfollowed(store, follow).await
}

/// Puts a member's newest weibos into a home.
async fn copy_earlier(store: &Store, follow: Follow) -> Result<(), Error> {
    let Follow { fan, member } = follow;
    let slice = Slice::new(None, None, EARLIER);
    let page = timeline::of_member(store, member, slice, Consistency::Strong).await?;
    let rows = page.shown;
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else {
        return Ok(());
    };
    // Twice as many, to have room for weibos that are written between them in the meantime.
    let again = Slice::new(
        Some(oldest.id.get() - 1),
        Some(newest.id.get()),
        2 * EARLIER,
    );
    let copies = rows.iter().map(|row| item(store, follow, *row));
    let copies: Vec<Item> = copies.collect::<Result<_, _>>()?;
    batch_write(store, copies.into_iter().map(Write::Put).collect()).await?;
    // A weibo destroyed in the meantime may have been removed before it was put.
    let left = timeline::of_member(store, member, again, Consistency::Strong).await?;
    let left: BTreeSet<WeiboId> = left.shown.iter().map(|row| row.id).collect();
    let gone = rows.iter().filter(|row| !left.contains(&row.id));
    let gone = gone.map(|row| Write::Delete(keys::home_weibo(fan, row.id)));
    batch_write(store, gone.collect()).await
}

/// Handles a lost fan of a member: nothing of the member stays in the fan's home.
pub async fn unfollowed(store: &Store, follow: Follow) -> Result<(), Error> {
    match relation::bond(store, follow.into()).await? {
        Bond::Follows => Ok(()),
        Bond::None | Bond::Blocks => remove_author(store, follow).await,
    }
}

/// Removes everything of a member from the home of a lost fan. Reads all rows of the home, about 50 per read unit.
async fn remove_author(store: &Store, follow: Follow) -> Result<(), Error> {
    let (from, to) = keys::ids(0, crate::ids::LAST_ID);
    let range = Range {
        pk: keys::home(follow.fan),
        from,
        to,
        descending: false,
    };
    let read = |item| {
        let row: HomeRow = from_item(item)?;
        Ok((row.by == follow.member).then_some(row.row.id))
    };
    let found = query_as(store, &range, Consistency::Strong, None, read, |_| false).await?;
    let gone = found
        .items
        .into_iter()
        .flatten()
        .map(|id| keys::home_weibo(follow.fan, id));
    let gone = gone.chain([keys::home_author(follow)]).map(Write::Delete);
    batch_write(store, gone.collect()).await
}

/// The authors who are merged into a home: the 20 with the highest uids.
async fn merged(store: &Store, reader: Uid) -> Result<Vec<Uid>, Error> {
    let (from, to) = keys::home_authors();
    let range = Range {
        pk: keys::home(reader),
        from,
        to,
        descending: true,
    };
    let limit = i32::try_from(MAX_MERGED).ok();
    let found = query(store, &range, Consistency::Eventual, limit, |_| true).await?;
    Ok(found.items.iter().filter_map(author).collect())
}

/// The author that an item of a home names; none for a weibo.
fn author(item: &Item) -> Option<Uid> {
    keys::author_of_home(&key_of(item)?)
}

/// The weibos of several lists, newest first, each once, at most `count`. Ends at the id down to
/// which all lists were read.
fn joined(lists: Vec<Page<Row>>, count: usize) -> Page<Row> {
    let mut lowest = lists.iter().filter_map(|list| list.lowest).max();
    let mut all: Vec<Row> = lists.into_iter().flat_map(|list| list.shown).collect();
    all.retain(|row| lowest.is_none_or(|lowest| row.id.get() >= lowest));
    all.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    all.dedup_by_key(|row| row.id);
    if all.len() > count {
        all.truncate(count);
        lowest = all.last().map(|row| row.id.get());
    }
    Page { shown: all, lowest }
}

/// A slice of a home: the copies in it, and the weibos of other lists, including those of `authors`, which are read
/// here. Copies of `authors` are ignored: they are older than the merge, and nobody removes them.
async fn merge_in(
    store: &Store,
    copies: Page<HomeRow>,
    mut lists: Vec<Page<Row>>,
    authors: &[Uid],
    slice: Slice,
) -> Result<Page<Row>, Error> {
    let read = |author| timeline::of_member(store, author, slice, Consistency::Eventual);
    let of_authors: Vec<_> = authors.iter().copied().map(read).collect();
    let of_authors: Vec<Page<Row>> = stream::iter(of_authors)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await?;
    lists.extend(of_authors);
    let now = store.now().as_second();
    let live = copies.shown.into_iter();
    let live = live.filter(|row| row.expires_at > now && !authors.contains(&row.by));
    lists.push(Page {
        shown: live.map(|row| row.row).collect(),
        lowest: copies.lowest,
    });
    Ok(joined(lists, slice.count))
}

/// A slice of the home of `reader` with the reader's own weibos, newest first.
pub async fn page(store: &Store, reader: Uid, slice: Slice) -> Result<Page<Row>, Error> {
    let (copies, own, merged) = futures_util::join!(
        slice::rows::<HomeRow>(store, keys::home(reader), slice, Consistency::Eventual),
        timeline::of_member(store, reader, slice, Consistency::Strong),
        merged(store, reader),
    );
    merge_in(store, copies?, vec![own?], &merged?, slice).await
}

/// The newest copies in the home of `reader`, and all authors that it names, highest uids first.
async fn newest(
    store: &Store,
    reader: Uid,
    slice: Slice,
) -> Result<(Page<HomeRow>, Vec<Uid>), Error> {
    let (from, _) = keys::ids(slice.since + 1, slice.max);
    // The authors sort after the weibos, so one query reads both.
    let (_, to) = keys::home_authors();
    let range = Range {
        pk: keys::home(reader),
        from,
        to,
        descending: true,
    };
    let limit = i32::try_from(slice.count + MAX_MERGED).ok();
    let has_copies = |items: &[Item]| items.last().is_some_and(|item| author(item).is_none());
    let found = query(store, &range, Consistency::Eventual, limit, has_copies).await?;
    let (mut copies, mut authors) = (Vec::<HomeRow>::new(), Vec::new());
    for item in found.items {
        match author(&item) {
            Some(author) => authors.push(author),
            None => copies.push(from_item(item)?),
        }
    }
    let last = copies.last().map(|copy| copy.row.id.get());
    let copies = Page {
        lowest: last.filter(|_| !found.complete),
        shown: copies,
    };
    Ok((copies, authors))
}

/// The copies, without destroyed ones of `authors`. One read for each 100 of theirs.
async fn without_destroyed(
    store: &Store,
    mut copies: Page<HomeRow>,
    authors: &[Uid],
) -> Result<Page<HomeRow>, Error> {
    let is_theirs = |copy: &HomeRow| authors.contains(&copy.by);
    let theirs = copies.shown.iter().filter(|copy| is_theirs(copy));
    let left = weibo::authors(store, &theirs.map(|copy| copy.row.id).collect()).await?;
    copies
        .shown
        .retain(|copy| !is_theirs(copy) || left.contains_key(&copy.row.id));
    Ok(copies)
}

/// How many rows [`count`] reads at once, at most.
const MAX_ROWS: usize = 1_000;

/// How many weibos above `since` the home of `reader` shows, without the reader's own; at most `most`. One round
/// trip, unless authors are merged in, there are reposts, or rows that are not shown come before the others.
pub async fn count(
    store: &Store,
    reader: Uid,
    since: WeiboId,
    most: usize,
) -> Result<usize, Error> {
    let mut slice = Slice::new(Some(since.get()), None, most);
    if slice.since >= slice.max {
        return Ok(0);
    }
    let (mut copies, authors) = newest(store, reader, slice).await?;
    let (merged, others) = authors.split_at(authors.len().min(MAX_MERGED));
    let mut count = 0;
    loop {
        let there = without_destroyed(store, copies, others).await?;
        let page = merge_in(store, there, Vec::new(), merged, slice).await?;
        let next = page.next(slice.since);
        count += list::rows_without_blocked(store, reader, page.shown)
            .await?
            .len();
        match next {
            Some(next) if count < most => slice.max = next,
            _ => return Ok(count.min(most)),
        }
        slice.count = MAX_ROWS.min(2 * slice.count);
        let partition = keys::home(reader);
        copies = slice::rows(store, partition, slice, Consistency::Eventual).await?;
    }
}

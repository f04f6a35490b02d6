//! Who follows whom, and who blocks whom: adjacency lists in both directions.
//!
//! What a member is to another is one item, so that nobody follows and blocks the same member. A follow
//! is a second item with the other, and a number with each, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::batch::batch_get;
use super::change;
use super::keys;
use super::query::{Range, query_as};
use super::table::{
    Backoff, Consistency, Error, Values, from_item, get, key_of, number, text, update,
};
use super::transaction::{Condition, Refusal, Transaction, when};
use super::turns::Turns;
use super::unread::{self, Kind, News};
use crate::Ctx;

/// What a member is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Relation {
    /// The other.
    other: u64,
    /// Blocks the other, and so does not follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    blocked: bool,
    /// With which stamp the other was told of the follow.
    #[serde(default, skip_serializing_if = "is_zero")]
    told: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A fan of a member.
#[derive(Serialize, Deserialize)]
struct Fan {
    other: u64,
}

/// How many a member follows and is followed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Fans.
    #[serde(default)]
    pub fans: u64,
    /// Members whom the member follows.
    #[serde(default)]
    pub follows: u64,
    /// Whether the member's weibos are merged into homes when these are read.
    #[serde(default)]
    pub merged: Option<Merged>,
}

/// How far homes know that an author is merged into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merged {
    /// Those of new fans do.
    Begun,
    /// All do.
    Everywhere,
}

/// Why a member did not follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFollowed {
    /// Does already.
    Already,
    /// The other blocks the member.
    Blocked,
}

/// The item does not say that its owner blocks somebody.
pub(super) fn blocks_not<E>(refusal: E) -> Condition<E> {
    when("attribute_not_exists(blocked)", refusal)
}

/// The item is that of the follow that was read.
fn follows<E>(relation: &Relation, refusal: E) -> Condition<E> {
    let follow = "attribute_exists(PK) AND attribute_not_exists(blocked) AND ";
    match relation.told {
        0 => when(format!("{follow}attribute_not_exists(told)"), refusal),
        told => when(format!("{follow}told = :told"), refusal).with(":told", number(told)),
    }
}

fn more<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    uid: u64,
    fans: i64,
    follows: i64,
) -> Transaction<'a, E> {
    let by = [("fans", fans), ("follows", follows)];
    transaction.add(&keys::counts(uid), &by, None)
}

/// `uid` follows `other`, whom `uid` does not block any more then; `other` is told.
pub async fn follow(ctx: &Ctx, uid: u64, other: u64) -> Result<(), Refusal<NotFollowed>> {
    let mut turns = Turns::new(ctx);
    let mut latest = 0;
    loop {
        let told = unread::stamp(ctx.new_id(), latest);
        let relation = Relation {
            other,
            blocked: false,
            told,
        };
        let is_new = when(
            "attribute_not_exists(PK) OR attribute_exists(blocked)",
            Some(NotFollowed::Already),
        );
        let blocks_not = blocks_not(Some(NotFollowed::Blocked));
        let transaction = Transaction::new(ctx)
            .put(&keys::relation(uid, other), &relation, Some(is_new))
            .check(&keys::relation(other, uid), blocks_not)
            .put(&keys::fan(other, uid), &Fan { other: uid }, None);
        let transaction = more(transaction, uid, 0, 1);
        let transaction = more(transaction, other, 1, 0);
        let news = News::new(other, told, Kind::Fans, 1);
        match news.tell(transaction, None).commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Some(refused))) => return Err(Refusal::Condition(refused)),
            Err(Refusal::Condition(None)) => {
                let unread = keys::unread(other);
                turns.lost(&unread, "others tell the member, too").await?;
                latest = unread::latest(ctx, &[other]).await?;
            }
        }
    }
}

/// Why a follow did not end as it was read.
#[derive(Clone, Copy)]
enum NotEnded {
    /// What the members are to each other changed meanwhile.
    Changed,
    /// This member has read of the follow meanwhile.
    Read(u64),
}

/// `uid` does not follow `other` any more; says whether that was so. One round trip before the write.
pub async fn unfollow(ctx: &Ctx, uid: u64, other: u64) -> Result<bool, Error> {
    if uid == other {
        return Ok(false);
    }
    let key = keys::relation(uid, other);
    let mut backoff = Backoff::new(ctx);
    let mut readers = BTreeSet::new();
    loop {
        let (found, news) = futures_util::join!(
            get::<Relation>(ctx, &key, Consistency::Strong),
            unread::read(ctx, other),
        );
        let Some(follow) = found?.filter(|relation| !relation.blocked) else {
            return Ok(false);
        };
        if news?.has_read(Kind::Fans, follow.told) {
            readers.insert(other);
        }
        let as_read = follows(&follow, NotEnded::Changed);
        let transaction = Transaction::new(ctx).delete(&key, Some(as_read));
        let transaction = more(transaction, uid, 0, -1);
        let transaction = more(transaction, other, -1, 0);
        let ended = end_follow(transaction, uid, other, &follow, &readers);
        match ended.commit().await {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(NotEnded::Read(reader))) => drop(readers.insert(reader)),
            Err(Refusal::Condition(NotEnded::Changed)) => {
                backoff.wait("the follow changes").await?
            }
        }
    }
}

/// The end of a follow for `other`, who is not a new fan's any more unless one of `readers`.
fn end_follow<'a>(
    transaction: Transaction<'a, NotEnded>,
    uid: u64,
    other: u64,
    follow: &Relation,
    readers: &BTreeSet<u64>,
) -> Transaction<'a, NotEnded> {
    let transaction = transaction.delete(&keys::fan(other, uid), None);
    if follow.told == 0 || readers.contains(&other) {
        return transaction;
    }
    let news = News::new(other, follow.told, Kind::Fans, 1);
    news.take_back(transaction, NotEnded::Read(other))
}

/// `uid` blocks `other`; neither follows the other any more.
pub async fn block(ctx: &Ctx, uid: u64, other: u64) -> Result<(), Error> {
    let (own, back) = (keys::relation(uid, other), keys::relation(other, uid));
    let mut backoff = Backoff::new(ctx);
    let mut readers = BTreeSet::new();
    loop {
        let (mine, theirs, my_news, their_news) = futures_util::join!(
            get::<Relation>(ctx, &own, Consistency::Strong),
            get::<Relation>(ctx, &back, Consistency::Strong),
            unread::read(ctx, uid),
            unread::read(ctx, other),
        );
        let mine = mine?;
        if mine.is_some_and(|relation| relation.blocked) {
            return Ok(());
        }
        let theirs = theirs?.filter(|relation| !relation.blocked);
        for (follow, news, told) in [(mine, their_news?, other), (theirs, my_news?, uid)] {
            if follow.is_some_and(|follow| news.has_read(Kind::Fans, follow.told)) {
                readers.insert(told);
            }
        }
        let as_read = match &mine {
            Some(follow) => follows(follow, NotEnded::Changed),
            None => when("attribute_not_exists(PK)", NotEnded::Changed),
        };
        let relation = Relation {
            other,
            blocked: true,
            told: 0,
        };
        let mut transaction = Transaction::new(ctx).put(&own, &relation, Some(as_read));
        if let Some(follow) = &mine {
            transaction = end_follow(transaction, uid, other, follow, &readers);
        }
        transaction = match &theirs {
            Some(follow) => {
                let condition = follows(follow, NotEnded::Changed);
                let deleted = transaction.delete(&back, Some(condition));
                end_follow(deleted, other, uid, follow, &readers)
            }
            None => {
                let follows_not = "attribute_not_exists(PK) OR attribute_exists(blocked)";
                transaction.check(&back, when(follows_not, NotEnded::Changed))
            }
        };
        let [mine, theirs] = [&mine, &theirs].map(|follow| -i64::from(follow.is_some()));
        transaction = more(transaction, uid, theirs, mine);
        match more(transaction, other, mine, theirs).commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(NotEnded::Read(reader))) => drop(readers.insert(reader)),
            Err(Refusal::Condition(NotEnded::Changed)) => backoff.wait("a follow changes").await?,
        }
    }
}

/// `uid` does not block `other` any more.
pub async fn unblock(ctx: &Ctx, uid: u64, other: u64) -> Result<(), Error> {
    let blocked = when("attribute_exists(blocked)", ());
    let ended = Transaction::new(ctx).delete(&keys::relation(uid, other), Some(blocked));
    ended.commit_if().await.map(drop)
}

/// Whether an item of the stream says that its owner blocks somebody.
pub(super) fn is_block(item: serde_dynamo::Item) -> Result<bool, Error> {
    let relation: Relation = change::from_stream(item)?;
    Ok(relation.blocked)
}

/// What `uid` is to `other` this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// Nothing.
    None,
    /// Follows.
    Follows,
    /// Blocks.
    Blocks,
}

/// What `uid` is to `other`; one strongly consistent read.
pub async fn bond(ctx: &Ctx, uid: u64, other: u64) -> Result<Bond, Error> {
    let relation = get::<Relation>(ctx, &keys::relation(uid, other), Consistency::Strong).await?;
    Ok(match relation {
        None => Bond::None,
        Some(relation) if relation.blocked => Bond::Blocks,
        Some(_) => Bond::Follows,
    })
}

/// A list of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Whom a member follows.
    Follows,
    /// Who follows a member.
    Fans,
}

/// How many items [`page`] reads at the most: members whom one blocks stand among those whom one follows.
const MAX_READ: usize = 1_000;

/// At most `count` members of a list of `uid`, those above `after`, in the order of their numbers; and
/// above whom the list goes on, where it does. Strongly consistent.
pub async fn page(
    ctx: &Ctx,
    uid: u64,
    list: List,
    after: u64,
    count: usize,
) -> Result<(Vec<u64>, Option<u64>), Error> {
    let (pk, from, to) = match list {
        List::Follows => keys::relations(uid, after),
        List::Fans => keys::fans(uid, after),
    };
    let range = Range {
        pk,
        from,
        to,
        descending: false,
    };
    let limit = i32::try_from(count + 1).unwrap_or(i32::MAX);
    let follows = |found: &[Relation]| found.iter().filter(|relation| !relation.blocked).count();
    let enough = |found: &[Relation]| found.len() >= MAX_READ || follows(found) > count;
    let found = query_as(
        ctx,
        &range,
        Consistency::Strong,
        Some(limit),
        from_item,
        enough,
    )
    .await?;
    let items = found.items;
    let has_more = follows(&items) > count;
    let last_read = items.last().map(|relation| relation.other);
    let members = items.into_iter().filter(|relation| !relation.blocked);
    let uids: Vec<u64> = members.map(|relation| relation.other).take(count).collect();
    let next = if has_more {
        uids.last().copied()
    } else {
        last_read.filter(|_| !found.complete)
    };
    Ok((uids, next))
}

/// Which of `others` the member `uid` blocks. One read for each 100.
pub async fn blocked_among(
    ctx: &Ctx,
    uid: u64,
    others: &BTreeSet<u64>,
) -> Result<BTreeSet<u64>, Error> {
    let wanted: Vec<_> = others
        .iter()
        .map(|other| keys::relation(uid, *other))
        .collect();
    let mut blocked = BTreeSet::new();
    for item in batch_get(ctx, &wanted, Consistency::Eventual).await? {
        let relation: Relation = from_item(item)?;
        blocked.extend(relation.blocked.then_some(relation.other));
    }
    Ok(blocked)
}

/// Notes how far homes know that `uid` is merged into them.
pub(super) async fn mark_merged(ctx: &Ctx, uid: u64, merged: Merged) -> Result<(), Error> {
    let (value, condition) = match merged {
        Merged::Begun => ("begun", Some("attribute_not_exists(merged)")),
        Merged::Everywhere => ("everywhere", None),
    };
    let values = Values::from([(":merged".to_owned(), text(value))]);
    let set = "SET merged = :merged";
    update(ctx, &keys::counts(uid), set, condition, values)
        .await
        .map(drop)
}

/// The numbers of members, by uid. One read for each 100.
pub async fn counts(ctx: &Ctx, uids: &[u64]) -> Result<BTreeMap<u64, Counts>, Error> {
    let by_key: BTreeMap<_, _> = uids.iter().map(|uid| (keys::counts(*uid), *uid)).collect();
    let wanted: Vec<_> = by_key.keys().cloned().collect();
    let mut counts = BTreeMap::new();
    for item in batch_get(ctx, &wanted, Consistency::Strong).await? {
        let uid = key_of(&item).and_then(|key| by_key.get(&key).copied());
        let read: Counts = from_item(item)?;
        counts.extend(uid.map(|uid| (uid, read)));
    }
    Ok(counts)
}

/// The numbers of one member.
pub async fn counts_of(ctx: &Ctx, uid: u64) -> Result<Counts, Error> {
    let counts = get(ctx, &keys::counts(uid), Consistency::Strong).await?;
    Ok(counts.unwrap_or_default())
}

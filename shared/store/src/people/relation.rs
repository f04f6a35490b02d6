//! Who follows whom, and who blocks whom, as adjacency lists in both directions.
//!
//! The relation of a member to another is one item, so a member cannot both follow and block another. A follow also
//! writes an item of the other member and raises a number of each, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::people::unread::{self, Kind, News};
use crate::table::{
    Backoff, Condition, Consistency, Error, Range, Refusal, Transaction, Turns, Values, batch_get,
    from_item, get, key_of, number, query_as, text, update, when,
};
use crate::{Store, keys, stream};

/// The relation of a member to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Relation {
    /// The other member.
    other: u64,
    /// The member blocks the other, and so does not follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    blocked: bool,
    /// The stamp with which the other was notified of the follow.
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

/// How many members a member follows, and how many fans it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Fans.
    #[serde(default)]
    pub fans: u64,
    /// Members whom the member follows.
    #[serde(default)]
    pub follows: u64,
    /// Whether the member's weibos are merged into homes when the homes are read.
    #[serde(default)]
    pub merged: Option<Merged>,
}

/// Which homes name an author as merged into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merged {
    /// The homes of new fans.
    Begun,
    /// The homes of all fans.
    Everywhere,
}

/// Why a member did not follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFollowed {
    /// The member follows the other already.
    Already,
    /// The other blocks the member.
    Blocked,
}

/// The item does not say that its owner blocks the other.
pub(crate) fn blocks_not<E>(refusal: E) -> Condition<E> {
    when("attribute_not_exists(blocked)", refusal)
}

/// The item still holds the follow that was read.
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

/// `uid` follows `other`, stops blocking `other`, and `other` is notified.
pub async fn follow(store: &Store, uid: u64, other: u64) -> Result<(), Refusal<NotFollowed>> {
    let mut turns = Turns::new(store);
    let mut latest = 0;
    loop {
        let told = unread::stamp(store.new_id(), latest);
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
        let transaction = Transaction::new(store)
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
                latest = unread::latest(store, &[other]).await?;
            }
        }
    }
}

/// Why a follow could not be ended in the state in which it was read.
#[derive(Clone, Copy)]
enum NotEnded {
    /// The relation of the members has changed in the meantime.
    Changed,
    /// This member has read the notice of the follow in the meantime.
    Read(u64),
}

/// `uid` stops following `other`. Returns whether `uid` did follow. One round trip before the write.
pub async fn unfollow(store: &Store, uid: u64, other: u64) -> Result<bool, Error> {
    if uid == other {
        return Ok(false);
    }
    let key = keys::relation(uid, other);
    let mut backoff = Backoff::new(store);
    let mut readers = BTreeSet::new();
    loop {
        let (found, news) = futures_util::join!(
            get::<Relation>(store, &key, Consistency::Strong),
            unread::read(store, other),
        );
        let Some(follow) = found?.filter(|relation| !relation.blocked) else {
            return Ok(false);
        };
        if news?.has_read(Kind::Fans, follow.told) {
            readers.insert(other);
        }
        let as_read = follows(&follow, NotEnded::Changed);
        let transaction = Transaction::new(store).delete(&key, Some(as_read));
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

/// Ends a follow. The notice of the new fan is taken back from `other`, unless `other` is one of `readers`.
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

/// `uid` blocks `other`. Neither follows the other after that.
pub async fn block(store: &Store, uid: u64, other: u64) -> Result<(), Error> {
    let (own, back) = (keys::relation(uid, other), keys::relation(other, uid));
    let mut backoff = Backoff::new(store);
    let mut readers = BTreeSet::new();
    loop {
        let (mine, theirs, my_news, their_news) = futures_util::join!(
            get::<Relation>(store, &own, Consistency::Strong),
            get::<Relation>(store, &back, Consistency::Strong),
            unread::read(store, uid),
            unread::read(store, other),
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
        let mut transaction = Transaction::new(store).put(&own, &relation, Some(as_read));
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

/// `uid` stops blocking `other`.
pub async fn unblock(store: &Store, uid: u64, other: u64) -> Result<(), Error> {
    let blocked = when("attribute_exists(blocked)", ());
    let ended = Transaction::new(store).delete(&keys::relation(uid, other), Some(blocked));
    ended.commit_if().await.map(drop)
}

/// Whether an item of the stream says that its owner blocks the other.
pub(crate) fn is_block(item: serde_dynamo::Item) -> Result<bool, Error> {
    let relation: Relation = stream::entity(item)?;
    Ok(relation.blocked)
}

/// The current relation of `uid` to `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// Nothing.
    None,
    /// Follows.
    Follows,
    /// Blocks.
    Blocks,
}

/// The relation of `uid` to `other`; one strongly consistent read.
pub async fn bond(store: &Store, uid: u64, other: u64) -> Result<Bond, Error> {
    let relation = get::<Relation>(store, &keys::relation(uid, other), Consistency::Strong).await?;
    Ok(match relation {
        None => Bond::None,
        Some(relation) if relation.blocked => Bond::Blocks,
        Some(_) => Bond::Follows,
    })
}

/// A list of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The members that a member follows.
    Follows,
    /// The members that follow a member.
    Fans,
}

/// How many items [`page`] reads at most. Blocked members are in the same range as followed ones.
const MAX_READ: usize = 1_000;

/// At most `count` members of a list of `uid`, above `after`, in the order of their uids. Also
/// returns the uid above which the list goes on, if it does. Strongly consistent.
pub async fn page(
    store: &Store,
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
        store,
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

/// Those of `others` that the member `uid` blocks. One read for each 100.
pub async fn blocked_among(
    store: &Store,
    uid: u64,
    others: &BTreeSet<u64>,
) -> Result<BTreeSet<u64>, Error> {
    let wanted: Vec<_> = others
        .iter()
        .map(|other| keys::relation(uid, *other))
        .collect();
    let mut blocked = BTreeSet::new();
    for item in batch_get(store, &wanted, Consistency::Eventual).await? {
        let relation: Relation = from_item(item)?;
        blocked.extend(relation.blocked.then_some(relation.other));
    }
    Ok(blocked)
}

/// Stores which homes name `uid` as merged into them.
pub(crate) async fn mark_merged(store: &Store, uid: u64, merged: Merged) -> Result<(), Error> {
    let (value, condition) = match merged {
        Merged::Begun => ("begun", Some("attribute_not_exists(merged)")),
        Merged::Everywhere => ("everywhere", None),
    };
    let values = Values::from([(":merged".to_owned(), text(value))]);
    let set = "SET merged = :merged";
    update(store, &keys::counts(uid), set, condition, values)
        .await
        .map(drop)
}

/// The counts of members, by uid. One read for each 100.
pub async fn counts(store: &Store, uids: &[u64]) -> Result<BTreeMap<u64, Counts>, Error> {
    let by_key: BTreeMap<_, _> = uids.iter().map(|uid| (keys::counts(*uid), *uid)).collect();
    let wanted: Vec<_> = by_key.keys().cloned().collect();
    let mut counts = BTreeMap::new();
    for item in batch_get(store, &wanted, Consistency::Strong).await? {
        let uid = key_of(&item).and_then(|key| by_key.get(&key).copied());
        let read: Counts = from_item(item)?;
        counts.extend(uid.map(|uid| (uid, read)));
    }
    Ok(counts)
}

/// The counts of one member.
pub async fn counts_of(store: &Store, uid: u64) -> Result<Counts, Error> {
    let counts = get(store, &keys::counts(uid), Consistency::Strong).await?;
    Ok(counts.unwrap_or_default())
}

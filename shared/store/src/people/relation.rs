//! Who follows whom, and who blocks whom, as adjacency lists in both directions.
//!
//! The relation of a member to another is one item, so a member cannot both follow and block another. A follow also
//! writes an item of the other member and raises a number of each, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::keys::Key;
use crate::people::unread::{self, Kind, NotWithdrawn, Notification, Readers};
use crate::table::{
    Change, Condition, Consistency, Error, Range, Transaction, batch_get, change, from_item, get,
    key_of, number, query_as, when,
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
    #[serde(default, skip_serializing_if = "is_zero", rename = "told")]
    stamp: u64,
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
    match relation.stamp {
        0 => when(format!("{follow}attribute_not_exists(told)"), refusal),
        stamp => when(format!("{follow}told = :told"), refusal).with(":told", number(stamp)),
    }
}

/// A member who follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follow {
    /// Who follows.
    pub fan: u64,
    /// Who is followed.
    pub member: u64,
}

impl Follow {
    fn key(self) -> Key {
        keys::relation(self.fan, self.member)
    }

    /// The other side of the follow.
    fn fan_key(self) -> Key {
        keys::fan(self.member, self.fan)
    }

    /// The follow in the other direction.
    fn back(self) -> Self {
        Self {
            fan: self.member,
            member: self.fan,
        }
    }

    fn notification(self, stamp: u64) -> Notification {
        Notification::new(self.member, stamp, Kind::Fans, 1)
    }
}

/// A member who blocks another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Who blocks.
    pub by: u64,
    /// Who is blocked.
    pub of: u64,
}

/// By how much a member's counts change.
#[derive(Default)]
struct Growth {
    fans: i64,
    follows: i64,
}

impl Growth {
    fn add_to<'a, E: Clone>(
        &self,
        transaction: Transaction<'a, E>,
        uid: u64,
    ) -> Transaction<'a, E> {
        let by = [("fans", self.fans), ("follows", self.follows)];
        transaction.add(&keys::counts(uid), &by, None)
    }
}

/// Counts one follow more (`by` 1) or less (-1) of both members.
fn count<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    follow: Follow,
    by: i64,
) -> Transaction<'a, E> {
    let transaction = Growth {
        follows: by,
        ..Growth::default()
    }
    .add_to(transaction, follow.fan);
    Growth {
        fans: by,
        ..Growth::default()
    }
    .add_to(transaction, follow.member)
}

/// The fan follows the member and stops blocking the member, who is notified.
pub async fn follow(store: &Store, follow: Follow) -> Result<Result<(), NotFollowed>, Error> {
    let cause = "others notify the member, too";
    unread::until_stamped_in_turn(store, follow.member, cause, |latest| async move {
        let relation = Relation {
            other: follow.member,
            blocked: false,
            stamp: unread::stamp(store.new_id(), latest),
        };
        let is_new = when(
            "attribute_not_exists(PK) OR attribute_exists(blocked)",
            Some(NotFollowed::Already),
        );
        let blocks_not = blocks_not(Some(NotFollowed::Blocked));
        let fan = Fan { other: follow.fan };
        let transaction = Transaction::new(store)
            .put(&follow.key(), &relation, Some(is_new))
            .check(&follow.back().key(), blocks_not)
            .put(&follow.fan_key(), &fan, None);
        let notification = follow.notification(relation.stamp);
        let followed = notification.add_to(count(transaction, follow, 1), None);
        Ok(match followed.apply().await? {
            Ok(()) => Some(Ok(())),
            Err(refused) => refused.map(Err),
        })
    })
    .await
}

/// The fan stops following the member. Returns whether it did follow. One round trip before the write.
pub async fn unfollow(store: &Store, follow: Follow) -> Result<bool, Error> {
    if follow.fan == follow.member {
        return Ok(false);
    }
    unread::until_withdrawn(store, "the follow changes", |mut readers| async move {
        let key = follow.key();
        let (found, unread) = futures_util::join!(
            get::<Relation>(store, &key, Consistency::Strong),
            unread::read(store, follow.member),
        );
        let Some(found) = found?.filter(|relation| !relation.blocked) else {
            return Ok(Ok(false));
        };
        if unread?.has_read(Kind::Fans, found.stamp) {
            readers.insert(follow.member);
        }
        let unchanged = follows(&found, NotWithdrawn::Changed);
        let transaction = Transaction::new(store).delete(&key, Some(unchanged));
        let transaction = count(transaction, follow, -1);
        let ended = end_follow(transaction, follow, found.stamp, &readers);
        Ok(ended.apply().await?.map(|()| true))
    })
    .await
}

/// Ends a follow, except for the fan's own item. The notice of the new fan is taken back from the member, who may be
/// one of the `readers`.
fn end_follow<'a>(
    transaction: Transaction<'a, NotWithdrawn>,
    follow: Follow,
    stamp: u64,
    readers: &Readers,
) -> Transaction<'a, NotWithdrawn> {
    let transaction = transaction.delete(&follow.fan_key(), None);
    if stamp == 0 || readers.contains(&follow.member) {
        return transaction;
    }
    let read = NotWithdrawn::Read(follow.member);
    follow.notification(stamp).take_back(transaction, read)
}

/// One member blocks another. Neither follows the other after that.
pub async fn block(store: &Store, block: Block) -> Result<(), Error> {
    unread::until_withdrawn(store, "a follow changes", |readers| {
        try_block(store, block, readers)
    })
    .await
}

async fn try_block(
    store: &Store,
    block: Block,
    mut readers: Readers,
) -> Result<Result<(), NotWithdrawn>, Error> {
    let own = Follow {
        fan: block.by,
        member: block.of,
    };
    let back = own.back();
    let (own_key, back_key) = (own.key(), back.key());
    let (mine, theirs, my_unread, their_unread) = futures_util::join!(
        get::<Relation>(store, &own_key, Consistency::Strong),
        get::<Relation>(store, &back_key, Consistency::Strong),
        unread::read(store, block.by),
        unread::read(store, block.of),
    );
    let mine = mine?;
    if mine.is_some_and(|relation| relation.blocked) {
        return Ok(Ok(()));
    }
    let theirs = theirs?.filter(|relation| !relation.blocked);
    for (follow, unread, notified) in [
        (mine, their_unread?, own.member),
        (theirs, my_unread?, back.member),
    ] {
        if follow.is_some_and(|follow| unread.has_read(Kind::Fans, follow.stamp)) {
            readers.insert(notified);
        }
    }
    let unchanged = match &mine {
        Some(follow) => follows(follow, NotWithdrawn::Changed),
        None => when("attribute_not_exists(PK)", NotWithdrawn::Changed),
    };
    let relation = Relation {
        other: block.of,
        blocked: true,
        stamp: 0,
    };
    let mut transaction = Transaction::new(store).put(&own_key, &relation, Some(unchanged));
    if let Some(follow) = &mine {
        transaction = end_follow(transaction, own, follow.stamp, &readers);
    }
    transaction = match &theirs {
        Some(follow) => {
            let condition = follows(follow, NotWithdrawn::Changed);
            let deleted = transaction.delete(&back_key, Some(condition));
            end_follow(deleted, back, follow.stamp, &readers)
        }
        None => {
            let follows_not = "attribute_not_exists(PK) OR attribute_exists(blocked)";
            transaction.check(&back_key, when(follows_not, NotWithdrawn::Changed))
        }
    };
    let [mine, theirs] = [&mine, &theirs].map(|follow| -i64::from(follow.is_some()));
    let (of_blocking, of_blocked) = (
        Growth {
            fans: theirs,
            follows: mine,
        },
        Growth {
            fans: mine,
            follows: theirs,
        },
    );
    let transaction = of_blocking.add_to(transaction, block.by);
    of_blocked.add_to(transaction, block.of).apply().await
}

/// Ends a block.
pub async fn unblock(store: &Store, block: Block) -> Result<(), Error> {
    let blocked = when("attribute_exists(blocked)", ());
    let ended = Transaction::new(store).delete(&keys::relation(block.by, block.of), Some(blocked));
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
        Merged::Begun => ("begun", Some(when("attribute_not_exists(merged)", ()))),
        Merged::Everywhere => ("everywhere", None),
    };
    let mark = Change::new().set("merged", value);
    change(store, &keys::counts(uid), mark, condition)
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

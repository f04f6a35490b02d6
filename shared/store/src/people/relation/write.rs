//! Follows, blocks, and their ends.

use super::entity::{Fan, Merged, Relation, blocks_not};
use crate::id::{Block, Follow, Uid};
use crate::keys::Key;
use crate::people::unread::{self, Kind, NotWithdrawn, Notification, Readers};
use crate::table::{Change, Condition, Consistency, Error, Transaction, change, get, number, when};
use crate::{Store, keys};

/// Why a member did not follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFollowed {
    /// The member follows the other already.
    Already,
    /// The other blocks the member.
    Blocked,
}

/// The item still holds the follow that was read.
fn follows<E>(relation: &Relation, refusal: E) -> Condition<E> {
    let follow = "attribute_exists(PK) AND attribute_not_exists(blocked) AND ";
    match relation.stamp {
        0 => when(format!("{follow}attribute_not_exists(told)"), refusal),
        stamp => when(format!("{follow}told = :told"), refusal).with(":told", number(stamp)),
    }
}

impl Follow {
    fn key(self) -> Key {
        keys::relation(self)
    }

    /// The other side of the follow.
    fn fan_key(self) -> Key {
        keys::fan(self)
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
        uid: Uid,
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
        Ok(match followed.commit().await? {
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
        Ok(ended.commit().await?.map(|()| true))
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
    let transaction = Transaction::new(store);
    let blocked = write_block(transaction, own, mine.as_ref(), theirs.as_ref(), &readers);
    blocked.commit().await
}

/// Puts a block in the place of the follow `own`, and ends the follows of both sides as they were read.
fn write_block<'a>(
    transaction: Transaction<'a, NotWithdrawn>,
    own: Follow,
    mine: Option<&Relation>,
    theirs: Option<&Relation>,
    readers: &Readers,
) -> Transaction<'a, NotWithdrawn> {
    let back = own.back();
    let unchanged = match mine {
        Some(follow) => follows(follow, NotWithdrawn::Changed),
        None => when("attribute_not_exists(PK)", NotWithdrawn::Changed),
    };
    let relation = Relation {
        other: own.member,
        blocked: true,
        stamp: 0,
    };
    let mut transaction = transaction.put(&own.key(), &relation, Some(unchanged));
    if let Some(follow) = mine {
        transaction = end_follow(transaction, own, follow.stamp, readers);
    }
    transaction = match theirs {
        Some(follow) => {
            let condition = follows(follow, NotWithdrawn::Changed);
            let deleted = transaction.delete(&back.key(), Some(condition));
            end_follow(deleted, back, follow.stamp, readers)
        }
        None => {
            let follows_not = "attribute_not_exists(PK) OR attribute_exists(blocked)";
            transaction.check(&back.key(), when(follows_not, NotWithdrawn::Changed))
        }
    };
    let [mine, theirs] = [mine, theirs].map(|follow| -i64::from(follow.is_some()));
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
    let transaction = of_blocking.add_to(transaction, own.fan);
    of_blocked.add_to(transaction, own.member)
}

/// Ends a block.
pub async fn unblock(store: &Store, block: Block) -> Result<(), Error> {
    let blocked = when("attribute_exists(blocked)", ());
    let ended = Transaction::new(store).delete(&keys::relation(block), Some(blocked));
    ended.commit_if().await.map(drop)
}

/// Stores which homes name `uid` as merged into them.
pub(crate) async fn mark_merged(store: &Store, uid: Uid, merged: Merged) -> Result<(), Error> {
    let (value, condition) = match merged {
        Merged::Begun => ("begun", Some(when("attribute_not_exists(merged)", ()))),
        Merged::Everywhere => ("everywhere", None),
    };
    let mark = Change::new().set("merged", value);
    change(store, &keys::counts(uid), mark, condition)
        .await
        .map(drop)
}

//! Comments on weibos. They are flat: each is a root of the weibo's thread (xweibo section 7.44).
//! `posting` writes them.

use std::collections::BTreeSet;

use futures_util::future::{BoxFuture, FutureExt, try_join_all};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::id::{CommentId, RootNumber, Thread, Uid, WeiboId};
use crate::keys::{self, Key};
use crate::members::member::Mentions;
use crate::people::unread::{self, Kind, NotWithdrawn, Notification, Readers, STAMP};
use crate::table::{
    Consistency, Error, PARALLEL, Transaction, Turns, batch_get, from_item, get, get_even_new,
    key_of, query_as, when,
};
use crate::threads::page::{self, Order, Window};
use crate::threads::thread::{self, Head};
use crate::weibos::mention;
use crate::weibos::weibo::{self, Weibo};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id, which contains its time.
    pub id: CommentId,
    /// Its author.
    pub uid: Uid,
    /// The text, with short links. As it was sent, it has at most 280 half-widths.
    pub text: String,
    /// The comment that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<CommentId>,
    /// The members that its text mentions.
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    pub mentions: Mentions,
}

/// The place of a comment.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Place {
    /// The weibo.
    pub(super) weibo: WeiboId,
    /// The author of the weibo.
    pub(super) owner: Uid,
    /// The author of the comment.
    pub(super) uid: Uid,
    /// Its number in the thread.
    pub(super) number: RootNumber,
    /// The author of the comment that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replied: Option<Uid>,
    /// The stamp with which the other authors were notified; none if it no longer counts as unread.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "told")]
    pub(super) stamp: Option<u64>,
}

impl Place {
    /// The authors of the weibo and of the comment that it replies to, other than its own.
    pub(super) fn notified(&self) -> BTreeSet<Uid> {
        let authors = [Some(self.owner), self.replied].into_iter().flatten();
        authors.filter(|uid| *uid != self.uid).collect()
    }

    /// The notices to them.
    fn notifications(&self) -> Vec<Notification> {
        let stamp = self.stamp.into_iter();
        let notified =
            stamp.flat_map(|stamp| self.notified().into_iter().map(move |uid| (uid, stamp)));
        notified
            .map(|(uid, stamp)| Notification::new(uid, stamp, Kind::Comments, 1))
            .collect()
    }
}

/// Whether the notified member has read it.
async fn is_read(store: &Store, notification: &Notification) -> Result<bool, Error> {
    let read = unread::read(store, notification.uid).await?;
    Ok(read.has_read(Kind::Comments, notification.stamp))
}

/// The place of a comment that may have just been written.
pub(super) async fn place_of(store: &Store, comment: CommentId) -> Result<Option<Place>, Error> {
    get_even_new(store, &keys::comment_place(comment)).await
}

/// Whether there is such a comment.
pub async fn exists(store: &Store, comment: CommentId) -> Result<bool, Error> {
    Ok(place_of(store, comment).await?.is_some())
}

/// The comments of a weibo, before any of them is read.
pub struct Comments {
    thread: Thread,
    head: Head,
}

/// Opens the comments of a weibo; `None` if there is no such weibo. One round trip.
pub async fn open(store: &Store, weibo: WeiboId) -> Result<Option<Comments>, Error> {
    let thread = keys::weibo_thread(weibo);
    let (found, head) =
        futures_util::join!(weibo::find(store, weibo), thread::head(store, &thread));
    let (found, head): (Option<Weibo>, Head) = (found?, head?);
    Ok(found.map(|_| Comments { thread, head }))
}

/// A page of comments, newest first, and the number of all comments. One read for any page.
pub async fn page(
    store: &Store,
    comments: &Comments,
    skip: u64,
    count: u64,
) -> Result<(u64, Vec<Comment>), Error> {
    let Comments { thread, head } = comments;
    let window = Window {
        order: Order::Descending,
        skip,
        count,
        // Fifty comments with twenty short links each are far below the size of a page.
        max_bytes: 1 << 20,
    };
    let branches = page::page(store, thread, head, window).await?;
    let comments = branches.into_iter().map(|branch| from_item(branch.root));
    Ok((head.total(), comments.collect::<Result<_, _>>()?))
}

/// Where a comment is in the threads of all weibos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The weibo.
    pub weibo: WeiboId,
    /// The comment's number in the weibo's thread.
    pub number: RootNumber,
}

/// Reads comments by their positions; in any order.
pub async fn at(store: &Store, positions: &[Position]) -> Result<Vec<Comment>, Error> {
    let key = |at: &Position| keys::thread_root(&keys::weibo_thread(at.weibo), at.number);
    let wanted: Vec<_> = positions.iter().map(key).collect();
    let found = batch_get(store, &wanted, Consistency::Eventual).await?;
    found.into_iter().map(from_item).collect()
}

/// Why a comment was not removed in the state in which it was read.
#[derive(Clone)]
enum NotRemoved {
    /// It, or the thread, has changed in the meantime.
    Changed,
    /// This member has read the notice in the meantime.
    Read(Uid),
    /// The weibo was destroyed.
    NoWeibo,
}

/// What does not change any more while a comment is being removed.
#[derive(Default)]
struct Known {
    weibo_is_gone: bool,
    /// Who has read the notice.
    readers: Readers,
}

/// Removes the comment `id` on behalf of `uid`, its author or the weibo's author. Returns whether
/// it was removed. Unread notices of it are taken back.
pub async fn remove(store: &Store, uid: Uid, id: CommentId) -> Result<bool, Error> {
    let mut known = Known::default();
    let mut turns = Turns::new(store);
    loop {
        let place = get::<Place>(store, &keys::comment_place(id), Consistency::Strong).await?;
        let Some(place) = place.filter(|place| place.uid == uid || place.owner == uid) else {
            return Ok(false);
        };
        match try_remove(store, id, &place, &known).await? {
            Ok(()) => return Ok(true),
            Err(NotRemoved::NoWeibo) => known.weibo_is_gone = true,
            Err(NotRemoved::Read(reader)) => drop(known.readers.insert(reader)),
            Err(NotRemoved::Changed) => {
                let holes = keys::thread_holes(&keys::weibo_thread(place.weibo));
                turns.lost(&holes, "the comments change").await?;
            }
        }
    }
}

async fn try_remove(
    store: &Store,
    id: CommentId,
    place: &Place,
    known: &Known,
) -> Result<Result<(), NotRemoved>, Error> {
    let thread = keys::weibo_thread(place.weibo);
    let notifications = place.notifications();
    let (head, read) = futures_util::join!(
        thread::head(store, &thread),
        try_join_all(notifications.iter().map(|one| is_read(store, one))),
    );
    let (head, read) = (head?, read?);
    let there = when("attribute_exists(PK)", NotRemoved::Changed);
    let transaction = thread::remove_root(
        Transaction::new(store),
        &thread,
        place.number,
        &head,
        there,
        NotRemoved::Changed,
    );
    let unchanged = unread::still_stamped(place.stamp, NotRemoved::Changed);
    let mut transaction = transaction.delete(&keys::comment_place(id), Some(unchanged));
    for (notification, is_read) in notifications.iter().zip(read) {
        let reader = notification.uid;
        if !is_read && !known.readers.contains(&reader) {
            transaction = notification.take_back(transaction, NotRemoved::Read(reader));
        }
    }
    if !known.weibo_is_gone {
        let there = when("attribute_exists(PK)", NotRemoved::NoWeibo);
        let key = keys::weibo(place.weibo);
        transaction = transaction.add(&key, &[("comments", -1)], Some(there));
    }
    transaction.commit().await
}

/// How many comments [`abandon`] reads at once.
const AT_ONCE: usize = 100;

/// Handles a destroyed weibo. Its comments are on no list any more, so they no longer count as
/// unread, and their mentions are removed. Running it again changes nothing.
pub async fn abandon(store: &Store, weibo: WeiboId) -> Result<(), Error> {
    let thread = &keys::weibo_thread(weibo);
    let last = thread::head(store, thread).await?.last();
    for first in (1..=last.get()).step_by(AT_ONCE) {
        let end = first + AT_ONCE as u64 - 1;
        let range = keys::thread_roots(thread, RootNumber::new(first)..=RootNumber::new(end));
        let strong = Consistency::Strong;
        let found = query_as(store, &range, strong, None, from_item::<Comment>, |_| false).await?;
        withdraw_mentions(store, &found.items).await?;
        forget_notices(store, &found.items).await?;
    }
    Ok(())
}

/// Removes the mentions of all members by `comments`.
async fn withdraw_mentions(store: &Store, comments: &[Comment]) -> Result<(), Error> {
    let mentions = comments
        .iter()
        .flat_map(|comment| comment.mentions.values().map(move |uid| (*uid, comment.id)));
    let withdrawals = mentions.map(|(uid, id)| mention::withdraw(store, uid, id.into()).boxed());
    all(withdrawals.collect()).await
}

/// Makes `comments` no longer count as unread.
async fn forget_notices(store: &Store, comments: &[Comment]) -> Result<(), Error> {
    let wanted = comments
        .iter()
        .map(|comment| keys::comment_place(comment.id));
    let wanted: Vec<Key> = wanted.collect();
    let places = batch_get(store, &wanted, Consistency::Strong).await?;
    let notified = places.iter().filter(|place| place.contains_key(STAMP));
    let keys = notified.filter_map(key_of);
    all(keys.map(|key| forget(store, key).boxed()).collect()).await
}

async fn all(work: Vec<BoxFuture<'_, Result<(), Error>>>) -> Result<(), Error> {
    stream::iter(work)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await
}

/// Makes a comment no longer count as unread. `key` is the key of its place.
async fn forget(store: &Store, key: Key) -> Result<(), Error> {
    unread::until_withdrawn(store, "the comment changes", |readers| {
        try_forget(store, &key, readers)
    })
    .await
}

async fn try_forget(
    store: &Store,
    key: &Key,
    readers: Readers,
) -> Result<Result<(), NotWithdrawn>, Error> {
    let place = get::<Place>(store, key, Consistency::Strong).await?;
    let Some(place) = place.filter(|place| place.stamp.is_some()) else {
        return Ok(Ok(()));
    };
    let unchanged = unread::still_stamped(place.stamp, NotWithdrawn::Changed);
    let mut transaction = unread::unstamp(Transaction::new(store), key, unchanged);
    for notification in place.notifications() {
        let reader = notification.uid;
        if !readers.contains(&reader) {
            transaction = notification.take_back(transaction, NotWithdrawn::Read(reader));
        }
    }
    transaction.commit().await
}

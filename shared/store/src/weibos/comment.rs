//! Comments on weibos. They are flat: each is a root of the weibo's thread (xweibo section 7.44).
//! `posting` writes them.

use std::collections::BTreeSet;

use futures_util::future::{FutureExt, try_join_all};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::id::Thread;
use crate::keys::{self, Key};
use crate::members::member::Mentions;
use crate::people::unread::{self, Kind, News};
use crate::table::{
    Backoff, Consistency, Error, PARALLEL, Refusal, Transaction, Turns, Values, batch_get,
    from_item, get, get_even_new, key_of, query_as, when,
};
use crate::threads::page::{self, Order, Window};
use crate::threads::thread::{self, Head};
use crate::weibos::mention;
use crate::weibos::weibo::{self, Weibo};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id, which contains its time.
    pub id: u64,
    /// Its author.
    pub uid: u64,
    /// The text, with short links. As it was sent, it has at most 280 half-widths.
    pub text: String,
    /// The comment that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// The members that its text mentions.
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    pub mentions: Mentions,
}

/// The place of a comment.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The weibo.
    pub(crate) weibo: u64,
    /// The author of the weibo.
    pub(crate) owner: u64,
    /// The author of the comment.
    pub(crate) uid: u64,
    /// Its number in the thread.
    pub(crate) number: u64,
    /// The author of the comment that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replied: Option<u64>,
    /// The stamp with which the other authors were notified; none if it no longer counts as unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) told: Option<u64>,
}

impl Place {
    /// The notices to the authors of the weibo and of the comment that it replies to.
    fn news(&self) -> Vec<News> {
        let authors: BTreeSet<u64> = [Some(self.owner), self.replied]
            .into_iter()
            .flatten()
            .filter(|uid| *uid != self.uid)
            .collect();
        let news = |(uid, told)| News::new(uid, told, Kind::Comments, 1);
        let told = self.told.into_iter();
        told.flat_map(|told| authors.iter().map(move |uid| (*uid, told)))
            .map(news)
            .collect()
    }
}

/// Whether the notified member has read it.
async fn is_read(store: &Store, news: &News) -> Result<bool, Error> {
    let read = unread::read(store, news.uid).await?;
    Ok(read.has_read(Kind::Comments, news.told))
}

/// The place of a comment that may have just been written.
pub(crate) async fn place_of(store: &Store, comment: u64) -> Result<Option<Place>, Error> {
    get_even_new(store, &keys::comment_place(comment)).await
}

/// Whether there is such a comment.
pub async fn exists(store: &Store, comment: u64) -> Result<bool, Error> {
    Ok(place_of(store, comment).await?.is_some())
}

/// The comments of a weibo, before any of them is read.
pub struct Comments {
    thread: Thread,
    head: Head,
}

/// Opens the comments of a weibo; `None` if there is no such weibo. One round trip.
pub async fn open(store: &Store, weibo: u64) -> Result<Option<Comments>, Error> {
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

/// Reads comments by their weibo and their number in its thread; in any order.
pub async fn at_places(store: &Store, places: &[(u64, u64)]) -> Result<Vec<Comment>, Error> {
    let key =
        |(weibo, number): &(u64, u64)| keys::thread_root(&keys::weibo_thread(*weibo), *number);
    let wanted: Vec<_> = places.iter().map(key).collect();
    let found = batch_get(store, &wanted, Consistency::Eventual).await?;
    found.into_iter().map(from_item).collect()
}

/// Removes the comment `id` on behalf of `uid`, its author or the weibo's author. Returns whether
/// it was removed. Unread notices of it are taken back.
pub async fn remove(store: &Store, uid: u64, id: u64) -> Result<bool, Error> {
    #[derive(Clone)]
    enum Conflict {
        Lost,
        Changed,
        NoWeibo,
        Read(u64),
    }
    let mut has_weibo = true;
    let mut readers = BTreeSet::new();
    let mut turns = Turns::new(store);
    loop {
        let key = keys::comment_place(id);
        let place = get::<Place>(store, &key, Consistency::Strong).await?;
        let Some(place) = place.filter(|place| place.uid == uid || place.owner == uid) else {
            return Ok(false);
        };
        let thread = keys::weibo_thread(place.weibo);
        let news = place.news();
        let (head, read) = futures_util::join!(
            thread::head(store, &thread),
            try_join_all(news.iter().map(|news| is_read(store, news))),
        );
        let (head, read) = (head?, read?);
        let there = when("attribute_exists(PK)", Conflict::Changed);
        let transaction = thread::remove_root(
            Transaction::new(store),
            &thread,
            place.number,
            &head,
            there,
            Conflict::Lost,
        );
        let mut transaction =
            transaction.delete(&key, Some(unread::as_told(place.told, Conflict::Changed)));
        for (news, is_read) in news.iter().zip(read) {
            if !is_read && !readers.contains(&news.uid) {
                transaction = news.take_back(transaction, Conflict::Read(news.uid));
            }
        }
        if has_weibo {
            let there = when("attribute_exists(PK)", Conflict::NoWeibo);
            let key = keys::weibo(place.weibo);
            transaction = transaction.add(&key, &[("comments", -1)], Some(there));
        }
        match transaction.commit().await {
            Ok(()) => return Ok(true),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(Conflict::NoWeibo)) => has_weibo = false,
            Err(Refusal::Condition(Conflict::Read(reader))) => drop(readers.insert(reader)),
            Err(Refusal::Condition(Conflict::Lost | Conflict::Changed)) => {
                let holes = keys::thread_holes(&thread);
                turns.lost(&holes, "the comments change").await?;
            }
        }
    }
}

/// How many comments [`abandon`] reads at once.
const AT_ONCE: u64 = 100;

/// Handles a destroyed weibo. Its comments are on no list any more, so they no longer count as
/// unread, and their mentions are removed. Running it again changes nothing.
pub async fn abandon(store: &Store, weibo: u64) -> Result<(), Error> {
    let thread = &keys::weibo_thread(weibo);
    let last = thread::head(store, thread).await?.last();
    let mut first = 1;
    while first <= last {
        let range = keys::thread_roots(thread, first..=first + AT_ONCE - 1);
        let strong = Consistency::Strong;
        let found = query_as(store, &range, strong, None, from_item::<Comment>, |_| false).await?;
        let comments = found.items.iter();
        let mentions = comments
            .clone()
            .flat_map(|comment| comment.mentions.values().map(move |uid| (*uid, comment.id)));
        let withdrawn: Vec<_> = mentions
            .map(|(uid, said)| mention::withdraw(store, uid, said))
            .collect();
        let ids: Vec<u64> = comments.map(|comment| comment.id).collect();
        let wanted: Vec<_> = ids.iter().map(|id| keys::comment_place(*id)).collect();
        let places = batch_get(store, &wanted, strong).await?;
        let told = places
            .into_iter()
            .filter(|place| place.contains_key("told"));
        let keys: Vec<Key> = told.filter_map(|place| key_of(&place)).collect();
        let forgotten: Vec<_> = keys.iter().map(|key| forget(store, key)).collect();
        let each = |done| stream::iter(done).buffer_unordered(PARALLEL);
        each(
            withdrawn
                .into_iter()
                .map(FutureExt::boxed)
                .collect::<Vec<_>>(),
        )
        .try_collect::<()>()
        .await?;
        each(forgotten.into_iter().map(FutureExt::boxed).collect())
            .try_collect::<()>()
            .await?;
        first += AT_ONCE;
    }
    Ok(())
}

/// Makes a comment no longer count as unread. `key` is the key of its place.
async fn forget(store: &Store, key: &Key) -> Result<(), Error> {
    #[derive(Clone)]
    enum Conflict {
        Changed,
        Read(u64),
    }
    let mut readers = BTreeSet::new();
    let mut backoff = Backoff::new(store);
    loop {
        let place = get::<Place>(store, key, Consistency::Strong).await?;
        let Some(place) = place.filter(|place| place.told.is_some()) else {
            return Ok(());
        };
        let unchanged = unread::as_told(place.told, Conflict::Changed);
        let mut transaction =
            Transaction::new(store).update(key, "REMOVE told", Values::new(), Some(unchanged));
        for news in place.news() {
            if !readers.contains(&news.uid) {
                transaction = news.take_back(transaction, Conflict::Read(news.uid));
            }
        }
        match transaction.commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error),
            Err(Refusal::Condition(Conflict::Read(reader))) => drop(readers.insert(reader)),
            Err(Refusal::Condition(Conflict::Changed)) => {
                backoff.wait("the comment changes").await?
            }
        }
    }
}

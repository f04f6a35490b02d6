//! Weibos.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::digest::sha256_hex;
use crate::keys::{self, Key};
use crate::members::member::Mentions;
use crate::table::{
    Backoff, Consistency, Error, Refusal, Transaction, Values, absent, batch_get,
    batch_get_even_new, from_item, get, get_even_new, number, text, when,
};
use crate::weibos::short_link::{self, Link};
use crate::weibos::timeline;

/// A weibo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weibo {
    /// Its id, which contains its time.
    pub id: u64,
    /// Its author.
    pub uid: u64,
    /// The text, with short links. As it was sent, it has at most 280 half-widths.
    pub text: String,
    /// The id of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pic: Option<String>,
    /// The client with which it was written.
    pub source: String,
    /// The weibo that it reposts, which is never a repost itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<u64>,
    /// The author of that weibo, if it existed. Older reposts do not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_by: Option<u64>,
    /// The repost through which that weibo was found, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<u64>,
    /// The members that its text mentions.
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    pub mentions: Mentions,
    /// How many comments it has.
    #[serde(default, skip_serializing)]
    pub comments: u64,
    /// How many reposts it has, including reposts of its reposts.
    #[serde(default, skip_serializing)]
    pub reposts: u64,
}

impl Weibo {
    /// A new weibo without a picture. Its id is drawn when it is stored.
    pub fn new(uid: u64, text: &str, source: &str) -> Self {
        Self {
            id: 0,
            uid,
            text: text.to_owned(),
            pic: None,
            source: source.to_owned(),
            root: None,
            root_by: None,
            via: None,
            mentions: Mentions::new(),
            comments: 0,
            reposts: 0,
        }
    }
}

/// Why a weibo was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Text and picture are the same as in the member's last weibo (xweibo section 7.45).
    Repeated,
}

#[derive(Clone)]
enum Conflict {
    /// Its id, or the id of a short link, was just taken.
    Id,
    Repeated,
}

/// Stores a weibo with its short links, and stores its text as it was `sent` as the author's last
/// one. Returns the weibo with its id; `weibo.id` need not be set before.
pub async fn publish(
    store: &Store,
    mut weibo: Weibo,
    sent: &str,
    links: &[Link],
) -> Result<Weibo, Refusal<Refused>> {
    let content = format!("{}\n{sent}", weibo.pic.as_deref().unwrap_or_default());
    let hash = sha256_hex(&content);
    let mut backoff = Backoff::new(store);
    loop {
        weibo.id = store.new_id();
        let another = when(
            "attribute_not_exists(PK) OR content <> :content",
            Conflict::Repeated,
        );
        let transaction = Transaction::new(store)
            .update(
                &keys::last_weibo(weibo.uid),
                "SET content = :content, weibo = :weibo",
                Values::from([
                    (":content".to_owned(), text(&hash)),
                    (":weibo".to_owned(), number(weibo.id)),
                ]),
                Some(another),
            )
            .put(&keys::weibo(weibo.id), &weibo, Some(absent(Conflict::Id)));
        let transaction = timeline::add(transaction, &weibo);
        let transaction = short_link::put(transaction, links, Conflict::Id);
        match transaction.commit().await {
            Ok(()) => return Ok(weibo),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::Repeated)) => {
                return Err(Refusal::Condition(Refused::Repeated));
            }
            Err(Refusal::Condition(Conflict::Id)) => backoff.wait("the id is taken").await?,
        }
    }
}

/// Reads a weibo that may have just been written.
pub async fn find(store: &Store, id: u64) -> Result<Option<Weibo>, Error> {
    get_even_new(store, &keys::weibo(id)).await
}

/// Reads weibos that may have just been written.
pub async fn find_all(store: &Store, ids: &BTreeSet<u64>) -> Result<BTreeMap<u64, Weibo>, Error> {
    let wanted: Vec<Key> = ids.iter().map(|id| keys::weibo(*id)).collect();
    let found = batch_get_even_new(store, &wanted).await?;
    let weibos = found.into_values().map(|item| {
        let weibo: Weibo = from_item(item)?;
        Ok((weibo.id, weibo))
    });
    weibos.collect()
}

/// The numbers of comments and reposts of weibos, by id. Weibos that do not exist are left out. One
/// read for each 100.
pub async fn counts(store: &Store, ids: &[u64]) -> Result<BTreeMap<u64, (u64, u64)>, Error> {
    let mut counts = BTreeMap::new();
    let wanted: Vec<_> = ids.iter().map(|id| keys::weibo(*id)).collect();
    for item in batch_get(store, &wanted, Consistency::Eventual).await? {
        let weibo: Weibo = from_item(item)?;
        counts.insert(weibo.id, (weibo.comments, weibo.reposts));
    }
    Ok(counts)
}

/// The authors of those `ids` that exist. One read for each 100.
pub async fn authors(store: &Store, ids: &BTreeSet<u64>) -> Result<BTreeMap<u64, u64>, Error> {
    let wanted: Vec<Key> = ids.iter().map(|id| keys::weibo(*id)).collect();
    let found = batch_get(store, &wanted, Consistency::Eventual).await?;
    let authors = found.into_iter().map(|item| {
        let weibo: Weibo = from_item(item)?;
        Ok((weibo.id, weibo.uid))
    });
    authors.collect()
}

/// The author of the weibo that `weibo` reposts, if known. One read if the weibo does not store it.
pub async fn author_of_root(store: &Store, weibo: &Weibo) -> Result<Option<u64>, Error> {
    match (weibo.root_by, weibo.root) {
        (None, Some(root)) => Ok(find(store, root).await?.map(|root| root.uid)),
        (known, _) => Ok(known),
    }
}

/// Why a weibo was not destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDestroyed {
    /// There is no weibo with this id.
    NoWeibo,
    /// It is another member's.
    NotOwn,
}

#[derive(Deserialize)]
struct LastWeibo {
    weibo: u64,
}

/// Destroys the weibo `id` of `uid`. The weibo is removed, the counts that it raised are lowered, and its text may
/// be published again. Its comments stay until their authors destroy them, but nobody can read them.
pub async fn destroy(store: &Store, uid: u64, id: u64) -> Result<(), Refusal<NotDestroyed>> {
    #[derive(Clone)]
    enum Conflict {
        Gone,
        Changed,
    }
    let mut backoff = Backoff::new(store);
    loop {
        let (key, last_key) = (keys::weibo(id), keys::last_weibo(uid));
        let (weibo, last) = futures_util::join!(
            get::<Weibo>(store, &key, Consistency::Strong),
            get::<LastWeibo>(store, &last_key, Consistency::Strong),
        );
        let weibo = match weibo? {
            None => return Err(Refusal::Condition(NotDestroyed::NoWeibo)),
            Some(weibo) if weibo.uid != uid => {
                return Err(Refusal::Condition(NotDestroyed::NotOwn));
            }
            Some(weibo) => weibo,
        };
        let raised: Vec<Key> = weibo
            .root
            .into_iter()
            .chain(weibo.via)
            .map(keys::weibo)
            .collect();
        let left = batch_get(store, &raised, Consistency::Strong).await?;
        let exists = || when("attribute_exists(PK)", Conflict::Gone);
        let mut transaction = Transaction::new(store)
            .delete(&key, Some(exists()))
            .delete(&keys::own_weibo(uid, id), None);
        for item in left {
            let raised: Weibo = from_item(item)?;
            let there = when("attribute_exists(PK)", Conflict::Changed);
            let key = keys::weibo(raised.id);
            transaction = transaction.add(&key, &[("reposts", -1)], Some(there));
        }
        if last?.is_some_and(|last| last.weibo == id) {
            let same = when("weibo = :weibo", Conflict::Changed).with(":weibo", number(id));
            transaction = transaction.delete(&last_key, Some(same));
        }
        match transaction.commit().await {
            Ok(()) => return Ok(()),
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(Refusal::Condition(Conflict::Gone)) => {
                return Err(Refusal::Condition(NotDestroyed::NoWeibo));
            }
            Err(Refusal::Condition(Conflict::Changed)) => {
                backoff.wait("what it reposts changes").await?;
            }
        }
    }
}

//! Weibos.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::id::{Uid, WeiboId};
use crate::keys::{self, Key};
use crate::members::member::Mentions;
use crate::table::{Consistency, Error, batch_get, batch_get_even_new, from_item, get_even_new};

/// A weibo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weibo {
    /// Its id, which contains its time.
    pub id: WeiboId,
    /// Its author.
    pub uid: Uid,
    /// The text, with short links. As it was sent, it has at most 280 half-widths.
    pub text: String,
    /// The id of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pic: Option<String>,
    /// The client with which it was written.
    pub source: String,
    /// The weibo that it reposts, which is never a repost itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<WeiboId>,
    /// The author of that weibo, if it existed. Older reposts do not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_by: Option<Uid>,
    /// The repost through which that weibo was found, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<WeiboId>,
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
    pub fn new(uid: Uid, text: &str, source: &str) -> Self {
        Self {
            id: WeiboId::new(0),
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

/// The weibo that a repost shows.
#[derive(Debug, Clone)]
pub struct Original {
    /// Its id.
    pub id: WeiboId,
    /// The weibo, unless it was destroyed.
    pub weibo: Option<Weibo>,
    /// Whether it is a favourite of the reader.
    pub favorite: bool,
}

/// What a weibo has led to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many comments it has.
    pub comments: u64,
    /// How many reposts it has.
    pub reposts: u64,
}

/// Reads a weibo that may have just been written.
pub async fn find(store: &Store, id: WeiboId) -> Result<Option<Weibo>, Error> {
    get_even_new(store, &keys::weibo(id)).await
}

/// Reads weibos that may have just been written.
pub async fn find_all(
    store: &Store,
    ids: &BTreeSet<WeiboId>,
) -> Result<BTreeMap<WeiboId, Weibo>, Error> {
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
pub async fn counts(store: &Store, ids: &[WeiboId]) -> Result<BTreeMap<WeiboId, Counts>, Error> {
    let mut counts = BTreeMap::new();
    let wanted: Vec<_> = ids.iter().map(|id| keys::weibo(*id)).collect();
    for item in batch_get(store, &wanted, Consistency::Eventual).await? {
        let weibo: Weibo = from_item(item)?;
        let of_weibo = Counts {
            comments: weibo.comments,
            reposts: weibo.reposts,
        };
        counts.insert(weibo.id, of_weibo);
    }
    Ok(counts)
}

/// The authors of those `ids` that exist. One read for each 100.
pub async fn authors(
    store: &Store,
    ids: &BTreeSet<WeiboId>,
) -> Result<BTreeMap<WeiboId, Uid>, Error> {
    let wanted: Vec<Key> = ids.iter().map(|id| keys::weibo(*id)).collect();
    let found = batch_get(store, &wanted, Consistency::Eventual).await?;
    let authors = found.into_iter().map(|item| {
        let weibo: Weibo = from_item(item)?;
        Ok((weibo.id, weibo.uid))
    });
    authors.collect()
}

/// The author of the weibo that `weibo` reposts, if known. One read if the weibo does not store it.
pub async fn author_of_root(store: &Store, weibo: &Weibo) -> Result<Option<Uid>, Error> {
    match (weibo.root_by, weibo.root) {
        (None, Some(root)) => Ok(find(store, root).await?.map(|root| root.uid)),
        (known, _) => Ok(known),
    }
}

//! Publishes and destroys weibos.

use serde::Deserialize;

use crate::Store;
use crate::digest::sha256_hex;
use crate::id::{Uid, WeiboId};
use crate::keys::{self, Key};
use crate::table::{
    Change, Consistency, Error, Transaction, absent, batch_get, from_item, get, number, text,
    until_settled, when,
};
use crate::weibos::short_link::{self, Link};
use crate::weibos::timeline;
use crate::weibos::weibo::Weibo;

/// Text and picture are the same as in the member's last weibo (xweibo section 7.45).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated;

/// Stores a weibo with its short links, and stores its text as it was `sent` as the author's last
/// one. Returns the weibo with its id; `weibo.id` need not be set before.
pub async fn publish(
    store: &Store,
    weibo: Weibo,
    sent: &str,
    links: &[Link],
) -> Result<Result<Weibo, Repeated>, Error> {
    let content = format!("{}\n{sent}", weibo.pic.as_deref().unwrap_or_default());
    let hash = sha256_hex(&content);
    until_settled(store, "the id is taken", || async {
        let weibo = Weibo {
            id: WeiboId::new(store.new_id()),
            ..weibo.clone()
        };
        let last = Change::new()
            .set("content", hash.as_str())
            .set("weibo", weibo.id);
        let is_other = "attribute_not_exists(PK) OR content <> :content";
        let is_other = when(is_other, Some(Repeated)).with(":content", text(&hash));
        // None if its id, or the id of a short link, was just taken.
        let transaction = Transaction::new(store)
            .change(&keys::last_weibo(weibo.uid), last, Some(is_other))
            .put(&keys::weibo(weibo.id), &weibo, Some(absent(None)));
        let transaction = timeline::add(transaction, &weibo);
        let transaction = short_link::put(transaction, links, None);
        Ok(match transaction.commit().await? {
            Ok(()) => Some(Ok(weibo)),
            Err(refused) => refused.map(Err),
        })
    })
    .await
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
    weibo: WeiboId,
}

/// Destroys the weibo `id` of `uid`. The weibo is removed, the counts that it raised are lowered, and its text may
/// be published again. Its comments stay until their authors destroy them, but nobody can read them.
pub async fn destroy(
    store: &Store,
    uid: Uid,
    id: WeiboId,
) -> Result<Result<(), NotDestroyed>, Error> {
    let (key, last_key) = (keys::weibo(id), keys::last_weibo(uid));
    until_settled(store, "what it reposts changes", || async {
        let (weibo, last) = futures_util::join!(
            get::<Weibo>(store, &key, Consistency::Strong),
            get::<LastWeibo>(store, &last_key, Consistency::Strong),
        );
        let weibo = match weibo? {
            None => return Ok(Some(Err(NotDestroyed::NoWeibo))),
            Some(weibo) if weibo.uid != uid => return Ok(Some(Err(NotDestroyed::NotOwn))),
            Some(weibo) => weibo,
        };
        let raised = weibo.root.into_iter().chain(weibo.via);
        let raised: Vec<Key> = raised.map(keys::weibo).collect();
        let left = batch_get(store, &raised, Consistency::Strong).await?;
        // None if something else changed in the meantime.
        let exists = when("attribute_exists(PK)", Some(NotDestroyed::NoWeibo));
        let mut transaction = Transaction::new(store)
            .delete(&key, Some(exists))
            .delete(&keys::own_weibo(uid, id), None);
        for item in left {
            let raised: Weibo = from_item(item)?;
            let there = when("attribute_exists(PK)", None);
            let key = keys::weibo(raised.id);
            transaction = transaction.add(&key, &[("reposts", -1)], Some(there));
        }
        if last?.is_some_and(|last| last.weibo == id) {
            let same = when("weibo = :weibo", None).with(":weibo", number(id));
            transaction = transaction.delete(&last_key, Some(same));
        }
        Ok(match transaction.commit().await? {
            Ok(()) => Some(Ok(())),
            Err(refused) => refused.map(Err),
        })
    })
    .await
}

//! Favourite weibos.

use std::collections::{BTreeMap, BTreeSet};

use crate::Store;
use crate::id::{Uid, WeiboId};
use crate::keys::{self, Key};
use crate::people::relation::{self, Block};
use crate::table::{Consistency, Error, Transaction, batch_get, key_item, key_of, when};
use crate::weibos::weibo;

/// Why a weibo was not added to the favourites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// There is no such weibo.
    NoWeibo,
    /// Its author blocks the member, or the author of the weibo that it reposts does.
    Blocked,
}

/// Which of `ids` are favourites of `uid`.
pub async fn among(
    store: &Store,
    uid: Uid,
    ids: &BTreeSet<WeiboId>,
) -> Result<BTreeSet<WeiboId>, Error> {
    let ids: BTreeMap<Key, WeiboId> = ids
        .iter()
        .map(|id| (keys::favorite(uid, *id), *id))
        .collect();
    let wanted: Vec<Key> = ids.keys().cloned().collect();
    let found = batch_get(store, &wanted, Consistency::Eventual).await?;
    let found = found.iter().filter_map(key_of);
    Ok(found.filter_map(|key| ids.get(&key).copied()).collect())
}

/// Adds a weibo to the favourites of `uid`. Adding it again changes nothing. A repost costs one more round trip.
pub async fn add(store: &Store, uid: Uid, weibo: WeiboId) -> Result<Result<(), NotAdded>, Error> {
    use NotAdded::{Blocked, NoWeibo};
    let Some(found) = weibo::find(store, weibo).await? else {
        return Ok(Err(NoWeibo));
    };
    let root = match found.root {
        Some(root) => weibo::find(store, root).await?,
        None => None,
    };
    let authors = root.into_iter().chain([found]).map(|weibo| weibo.uid);
    let others: BTreeSet<Uid> = authors.filter(|author| *author != uid).collect();
    let mut transaction = Transaction::new(store)
        .put_item(key_item(&keys::favorite(uid, weibo)), None)
        .check(&keys::weibo(weibo), when("attribute_exists(PK)", NoWeibo));
    for author in others {
        let block = Block {
            by: author,
            of: uid,
        };
        let blocks_not = relation::blocks_not(Blocked);
        transaction = transaction.check(&keys::relation(block), blocks_not);
    }
    transaction.commit().await
}

/// Removes a weibo from the favourites. Returns whether it was one.
pub async fn remove(store: &Store, uid: Uid, weibo: WeiboId) -> Result<bool, Error> {
    let was = when("attribute_exists(PK)", ());
    // A transaction, because its token distinguishes a repeated try of the same call from a second removal.
    let removed = Transaction::new(store).delete(&keys::favorite(uid, weibo), Some(was));
    removed.commit_if().await
}

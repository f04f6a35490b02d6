//! Lists of weibos. Each row names one weibo, of any author.

use serde::{Deserialize, Serialize};

use crate::id::{Uid, WeiboId};
use crate::table::slice::{Page, Slice, rows};
use crate::table::{Consistency, Error, Transaction};
use crate::weibos::weibo::Weibo;
use crate::{Store, keys};

/// A weibo in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its id.
    pub id: WeiboId,
    /// The weibo that it reposts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<WeiboId>,
    /// The author of that weibo; older rows do not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_by: Option<Uid>,
}

impl Row {
    /// The row of a weibo.
    pub fn of(weibo: &Weibo) -> Self {
        Self {
            id: weibo.id,
            root: weibo.root,
            root_by: weibo.root_by,
        }
    }
}

/// Adds a weibo to its author's list, in the transaction that stores it.
pub(crate) fn add<'a, E: Clone>(
    transaction: Transaction<'a, E>,
    weibo: &Weibo,
) -> Transaction<'a, E> {
    let key = keys::own_weibo(weibo.uid, weibo.id);
    transaction.put(&key, &Row::of(weibo), None)
}

/// A slice of the weibos of `uid`, newest first. With [`Consistency::Strong`] it includes those
/// that were just published.
pub async fn of_member(
    store: &Store,
    uid: Uid,
    slice: Slice,
    consistency: Consistency,
) -> Result<Page<Row>, Error> {
    rows(store, keys::timeline(uid), slice, consistency).await
}

//! Favourite weibos.

use super::keys;
use super::table::{Error, key_item};
use super::transaction::{Refusal, Transaction, when};
use crate::Ctx;

/// There is no such weibo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoWeibo;

/// Makes a weibo a favourite of `uid`; once more changes nothing.
pub async fn add(ctx: &Ctx, uid: u64, weibo: u64) -> Result<(), Refusal<NoWeibo>> {
    Transaction::new(ctx)
        .put_item(key_item(&keys::favorite(uid, weibo)), None)
        .check(&keys::weibo(weibo), when("attribute_exists(PK)", NoWeibo))
        .commit()
        .await
}

/// Ends that; says whether it was a favourite.
pub async fn remove(ctx: &Ctx, uid: u64, weibo: u64) -> Result<bool, Error> {
    let was = when("attribute_exists(PK)", ());
    // A transaction, because its token tells the caller's own repeated try from a second removal.
    let removed = Transaction::new(ctx).delete(&keys::favorite(uid, weibo), Some(was));
    match removed.commit().await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(())) => Ok(false),
        Err(Refusal::Store(error)) => Err(error),
    }
}

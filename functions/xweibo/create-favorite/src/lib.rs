//! `createFavorite`: makes a weibo a favourite (xweibo section 5.3).

use shared::Ctx;
use shared::store::Refusal;
use shared::store::favorite::{self, NotAdded};
use shared::xweibo::{Call, Error, Operation, WEIBO_ID, answer, id, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "createFavorite",
    aliases: &[],
    words: "makes a weibo a favourite",
    get: false,
    speaks: false,
    params: &[WEIBO_ID],
    file: None,
    errors: &[Error::FavoriteNoWeibo, Error::CommentsRefused],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = id(trim(call.param("id"))).ok_or(Error::FavoriteNoWeibo)?;
    match favorite::add(ctx, uid, id).await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(NotAdded::NoWeibo)) => Err(Error::FavoriteNoWeibo),
        Err(Refusal::Condition(NotAdded::Blocked)) => Err(Error::CommentsRefused),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

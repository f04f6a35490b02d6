//! `deleteFavorite`: makes a weibo no favourite any more (xweibo section 5.3).

use shared::store::favorite;
use shared::xweibo::{Call, Error, Operation, WEIBO_ID, answer, id, trim};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "deleteFavorite",
    aliases: &[],
    words: "makes a weibo no favourite any more",
    get: false,
    speaks: false,
    params: &[WEIBO_ID.example(example::FAVORITE)],
    file: None,
    errors: &[Error::NoFavorite],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = id(trim(call.param("id"))).ok_or(Error::NoFavorite)?;
    if favorite::remove(ctx, uid, id).await? {
        Ok(true)
    } else {
        Err(Error::NoFavorite)
    }
}

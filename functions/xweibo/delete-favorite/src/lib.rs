//! `deleteFavorite` (xweibo section 5.3).

use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::weibos::favorite;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_FAVORITE],
    ..operation!("deleteFavorite", "makes a weibo no favourite any more", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::FAVORITE)]
    id: Id<'a>,
}

const NO_FAVORITE: Failure = Failure::new(
    1_020_701,
    "40031:Error: target weibo does not exist!",
    "the weibo is no favourite of the caller's",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = input.id.get().ok_or(NO_FAVORITE)?;
    if favorite::remove(&ctx.store, uid, id).await? {
        Ok(true)
    } else {
        Err(NO_FAVORITE.into())
    }
}

//! `createFavorite` (xweibo section 5.3).

use weiquan::xweibo::failure::COMMENTS_REFUSED;
use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::weibos::favorite::{self, NotAdded};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_WEIBO, COMMENTS_REFUSED],
    ..operation!("createFavorite", "makes a weibo a favourite", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::WEIBO)]
    id: Id<'a>,
}

const NO_WEIBO: Failure = Failure::new(
    1_020_700,
    "50001:Error: system error!",
    "there is no such weibo",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = input.id.get().ok_or(NO_WEIBO)?;
    let added = favorite::add(&ctx.store, uid, id).await?;
    added.map_err(refused)?;
    Ok(true)
}

fn refused(refused: NotAdded) -> Failure {
    match refused {
        NotAdded::NoWeibo => NO_WEIBO,
        NotAdded::Blocked => COMMENTS_REFUSED,
    }
}

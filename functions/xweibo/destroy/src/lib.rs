//! `destroy` (xweibo section 5.1.2).

use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::weibos::publishing::{self, NotDestroyed};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_ID, NO_WEIBO, NOT_OWN],
    ..operation!("destroy", "deletes a weibo", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::OWN_WEIBO)]
    id: Id<'a>,
}

const NO_ID: Failure = Failure::new(1_020_300, "40016:Error: weibo id is null!", "no `id`");
const NO_WEIBO: Failure = Failure::new(
    1_020_301,
    "40031:Error: target weibo does not exist!",
    "there is no such weibo",
);
const NOT_OWN: Failure = Failure::new(
    1_020_302,
    "40036:Error: not your own weibo!",
    "the weibo is another member's",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = input.id.or(NO_ID, NO_WEIBO)?;
    let destroyed = publishing::destroy(&ctx.store, uid, id).await?;
    destroyed.map_err(refused)?;
    Ok(true)
}

fn refused(refused: NotDestroyed) -> Failure {
    match refused {
        NotDestroyed::NoWeibo => NO_WEIBO,
        NotDestroyed::NotOwn => NOT_OWN,
    }
}

//! `deleteBlocks` (xweibo section 5.7.2).

use weiquan::xweibo::failure::EMPTY_PARAMETER;
use weiquan::xweibo::{Call, Error, Id, Input, Operation, Who, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::relation::{self, Block};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[EMPTY_PARAMETER],
    ..operation!("deleteBlocks", "ends a block", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The member's uid.
    #[param(example = example::BLOCKED)]
    id: Id<'a>,
    /// The member's nick, if there is no `id`.
    name: &'a str,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    match Who::find(ctx, input.id, input.name).await? {
        Who::Member(of) => relation::unblock(&ctx.store, Block { by: uid, of }).await?,
        Who::Unknown => {}
        Who::Unnamed => return Err(EMPTY_PARAMETER.into()),
    }
    Ok(true)
}

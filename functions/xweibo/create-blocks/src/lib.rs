//! `createBlocks` (xweibo section 5.7.1).

use weiquan::xweibo::failure::NO_MEMBER;
use weiquan::xweibo::{Call, Error, Id, Input, Operation, Who, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::relation::{self, Block};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_MEMBER],
    ..operation!(
        "createBlocks",
        "blocks a member, who cannot comment, follow or send messages then",
        Input<'_> => bool,
        handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The member's uid.
    #[param(example = example::FAN)]
    id: Id<'a>,
    /// The member's nick, if there is no `id`.
    name: &'a str,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    match Who::find(ctx, input.id, input.name).await? {
        Who::Member(of) if of != uid => relation::block(&ctx.store, Block { by: uid, of }).await?,
        _ => return Err(NO_MEMBER.into()),
    }
    Ok(true)
}

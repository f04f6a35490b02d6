//! `deleteBlocks`: ends a block (xweibo section 5.7.2).

use shared::store::relation;
use shared::xweibo::{Call, Error, MEMBER_ID, MEMBER_NAME, Operation, Who, answer};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "deleteBlocks",
    aliases: &[],
    words: "ends a block",
    get: false,
    speaks: false,
    params: &[MEMBER_ID.example(example::BLOCKED), MEMBER_NAME],
    file: None,
    errors: &[Error::EmptyParameter],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    match call.who(ctx, "id", "name").await? {
        Who::Member(other) => relation::unblock(ctx, uid, other).await?,
        Who::Unknown => {}
        Who::Unnamed => return Err(Error::EmptyParameter),
    }
    Ok(true)
}

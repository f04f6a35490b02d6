//! `createBlocks`: blocks a member (xweibo section 5.7.1).

use shared::store::relation;
use shared::xweibo::{Call, Error, MEMBER_ID, MEMBER_NAME, Operation, Who, answer};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "createBlocks",
    aliases: &[],
    words: "blocks a member, who cannot comment, follow or send messages then",
    get: false,
    speaks: false,
    params: &[MEMBER_ID.example(example::FAN), MEMBER_NAME],
    file: None,
    errors: &[Error::NoMember],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    match call.who(ctx, "id", "name").await? {
        Who::Member(other) if other != uid => relation::block(ctx, uid, other).await?,
        _ => return Err(Error::NoMember),
    }
    Ok(true)
}

//! `deleteDirectMessage`: deletes the caller's copy of a message (xweibo section 5.6.2).

use shared::store::direct_message::{self, Removed};
use shared::xweibo::{Call, Error, Operation, Param, answer};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "deleteDirectMessage",
    aliases: &[],
    words: "deletes a direct message for the caller",
    get: false,
    speaks: false,
    params: &[Param {
        name: "id",
        words: "the message",
        example: Some(example::DIRECT_MESSAGE),
    }],
    file: None,
    errors: &[Error::NotOwnMessage, Error::NoMessage],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = call.id("id", Error::NotOwnMessage, Error::NoMessage)?;
    match direct_message::remove(ctx, uid, id).await? {
        Removed::Yes => Ok(true),
        Removed::None => Err(Error::NoMessage),
        Removed::NotOwn => Err(Error::NotOwnMessage),
    }
}

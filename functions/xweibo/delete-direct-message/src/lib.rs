//! `deleteDirectMessage` (xweibo section 5.6.2).

use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::direct_message::{self, Removed};

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NOT_OWN, NO_MESSAGE],
    ..operation!(
        "deleteDirectMessage", "deletes a direct message for the caller", Input<'_> => bool, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The message's id.
    #[param(required, example = example::DIRECT_MESSAGE)]
    id: Id<'a>,
}

const NOT_OWN: Failure = Failure::new(
    1_020_903,
    "40021:Error: not your own direct message!",
    "no `id`, or the message is between two others",
);
const NO_MESSAGE: Failure = Failure::new(
    1_020_904,
    "40010:Error: direct message does not exist!",
    "there is no such message",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = input.id.or(NOT_OWN, NO_MESSAGE)?;
    match direct_message::remove(&ctx.store, uid, id).await? {
        Removed::Yes => Ok(true),
        Removed::None => Err(NO_MESSAGE.into()),
        Removed::NotOwn => Err(NOT_OWN.into()),
    }
}

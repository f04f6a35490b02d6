//! `deleteTags` (xweibo section 5.7.4).

use weiquan::xweibo::{Call, Error, Failure, Id, Input, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::people::tags;

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[NO_TAG],
    ..operation!("deleteTags", "removes a tag of the caller's", Input<'_> => bool, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The tag's id.
    #[param(required, example = example::TAG)]
    tag_id: Id<'a>,
}

const NO_TAG: Failure = Failure::new(
    1_021_502,
    "40027:Error: tags parameter is null!",
    "the caller has no such tag",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = input.tag_id.get().ok_or(NO_TAG)?;
    if tags::remove(&ctx.store, uid, id).await? {
        Ok(true)
    } else {
        Err(NO_TAG.into())
    }
}

//! `deleteTags`: removes a tag of the caller's (xweibo section 5.7.4).

use shared::store::Refusal;
use shared::store::tags::{self, NotChanged};
use shared::xweibo::{Call, Error, Operation, Param, answer, id, trim};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "deleteTags",
    aliases: &[],
    words: "removes a tag of the caller's",
    get: false,
    speaks: true,
    params: &[Param {
        name: "tag_id",
        words: "the tag",
        example: Some(example::TAG),
    }],
    file: None,
    errors: &[Error::NoSuchTag],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = id(trim(call.param("tag_id"))).ok_or(Error::NoSuchTag)?;
    match tags::remove(ctx, uid, id).await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(NotChanged::NoTag | NotChanged::TooMany)) => Err(Error::NoSuchTag),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

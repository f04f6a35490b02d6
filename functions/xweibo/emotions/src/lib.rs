//! `emotions`: the pictures for feelings that the site offers, in the shape that Sina's list had. The document only
//! names it.

use shared::Ctx;
use shared::store::emotions::{self, Emotion};
use shared::xweibo::{Call, Error, Operation, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "emotions",
    aliases: &[],
    words: "lists the pictures for feelings that the operator has set; none by default",
    get: false,
    speaks: false,
    params: &[],
    file: None,
    errors: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, _call: Call<'_>) -> Result<Vec<Emotion>, Error> {
    Ok(emotions::list(ctx).await?.list.clone())
}

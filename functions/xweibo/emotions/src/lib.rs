//! `emotions`, in the form of Sina's list. An extension: the document only names it.

use shared::Ctx;
use shared::store::emotions::{self, Emotion};
use shared::xweibo::{Call, Error, Nothing, Operation, operation};

/// The operation.
pub static OPERATION: Operation = operation!(
    "emotions",
    "lists the pictures for feelings that the operator has set; none by default",
    Nothing => Vec<Emotion>,
    handle
);

async fn handle(ctx: &Ctx, _call: Call<'_>, _input: Nothing) -> Result<Vec<Emotion>, Error> {
    Ok(emotions::list(ctx).await?.list.clone())
}

//! `destroy`: deletes a weibo (xweibo section 5.1.2).

use shared::store::Refusal;
use shared::store::weibo::{self, NotDestroyed};
use shared::xweibo::{Call, Error, Operation, WEIBO_ID, answer};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "destroy",
    aliases: &[],
    words: "deletes a weibo",
    get: false,
    speaks: false,
    params: &[WEIBO_ID.example(example::OWN_WEIBO)],
    file: None,
    errors: &[
        Error::DestroyIdNull,
        Error::DestroyNoWeibo,
        Error::NotOwnWeibo,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let id = call.id("id", Error::DestroyIdNull, Error::DestroyNoWeibo)?;
    match weibo::destroy(ctx, uid, id).await {
        Ok(()) => Ok(true),
        Err(Refusal::Condition(NotDestroyed::NoWeibo)) => Err(Error::DestroyNoWeibo),
        Err(Refusal::Condition(NotDestroyed::NotOwn)) => Err(Error::NotOwnWeibo),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

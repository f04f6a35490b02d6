//! `App.Market_Minimoments.GiveLike`: likes a moment, once for each member (okayapi section 7.2).

use serde::Deserialize;
use shared::okay::moment::NO_MOMENT;
use shared::okay::{Call, Done, Error, Login, Operation, Param, answer};
use shared::store::Refusal;
use shared::store::moment::{self, NoMoment};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Minimoments.GiveLike",
    words: "likes a moment, once for each member",
    professional: true,
    login: Login::Required,
    params: &[Param::int("id", "the moment")
        .range(1, i64::MAX, None)
        .required()
        .example(example::MOMENT)],
    results: &[],
    failures: &[NO_MOMENT],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    id: u64,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Done, Error> {
    let Input { id } = call.input()?;
    let session = call.session(ctx).await?;
    match moment::like(ctx, &call.app, &session.uuid, id).await {
        Ok(()) => Ok(Done {}),
        Err(Refusal::Condition(NoMoment)) => Err(NO_MOMENT.into()),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

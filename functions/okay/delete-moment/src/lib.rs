//! `App.Market_Minimoments.DeleteMoment`: deletes a moment of the caller (okayapi section 7.2).

use serde::Deserialize;
use shared::okay::moment::NO_MOMENT;
use shared::okay::{Call, Done, Error, Failure, Login, Operation, Param, answer};
use shared::store::Refusal;
use shared::store::moment::{self, NotDeleted};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Minimoments.DeleteMoment",
    words: "deletes a moment of the caller",
    professional: true,
    login: Login::Required,
    params: &[Param::int("id", "the moment")
        .range(1, i64::MAX, None)
        .required()
        .example(example::OWN_MOMENT)],
    results: &[],
    failures: &[NO_MOMENT, NOT_OWN],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const NOT_OWN: Failure = (2, "只能删除自己的动态");

#[derive(Deserialize)]
struct Input {
    uuid: String,
    id: u64,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Done, Error> {
    let input: Input = call.input()?;
    let (session, doomed) = futures_util::join!(
        call.session(ctx),
        moment::doomed(ctx, &call.app, &input.uuid, input.id),
    );
    session?;
    moment::delete(ctx, &call.app, doomed.map_err(refused)?)
        .await
        .map_err(refused)?;
    Ok(Done {})
}

fn refused(refusal: Refusal<NotDeleted>) -> Error {
    match refusal {
        Refusal::Condition(NotDeleted::NoMoment) => NO_MOMENT.into(),
        Refusal::Condition(NotDeleted::NotOwn) => NOT_OWN.into(),
        Refusal::Store(error) => error.into(),
    }
}

//! `App.Market_Minimoments.GiveLike` (okayapi section 7.2).

use weiquan::okay::moment::NO_MOMENT;
use weiquan::okay::{Call, Done, Error, Input, Login, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::moments::moment::{self, NoMoment};

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Required,
    failures: &[NO_MOMENT],
    ..operation!("App.Market_Minimoments.GiveLike", "likes a moment, once for each member", Input => Done, handle)
};

#[derive(Input)]
struct Input {
    /// The moment's id.
    #[param(range = 1.., example = example::MOMENT)]
    id: u64,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Done, Error> {
    let session = call.session(ctx).await?;
    moment::like(&ctx.store, &call.app, &session.uuid, input.id.into())
        .await?
        .map_err(|NoMoment| NO_MOMENT)?;
    Ok(Done {})
}

//! `App.Market_Minimoments.DeleteMoment` (okayapi section 7.2).

use weiquan::okay::moment::NO_MOMENT;
use weiquan::okay::{Call, Done, Error, Failure, Input, Login, Operation, operation};
use weiquan::{Ctx, example};
use weiquan_store::moments::moment::{self, NotDeleted};

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Required,
    failures: &[NO_MOMENT, NOT_OWN],
    ..operation!("App.Market_Minimoments.DeleteMoment", "deletes a moment of the caller", Input => Done, handle)
};

const NOT_OWN: Failure = Failure::new(2, "只能删除自己的动态", "the moment is another member's");

#[derive(Input)]
struct Input {
    /// The moment's id.
    #[param(range = 1.., example = example::OWN_MOMENT)]
    id: u64,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Done, Error> {
    let (session, doomed) = futures_util::join!(
        call.session(ctx),
        moment::doomed(&ctx.store, &call.app, call.uuid()?, input.id.into()),
    );
    session?;
    let doomed = doomed?.map_err(refused)?;
    moment::delete(&ctx.store, &call.app, doomed)
        .await?
        .map_err(refused)?;
    Ok(Done {})
}

fn refused(refused: NotDeleted) -> Failure {
    match refused {
        NotDeleted::NoMoment => NO_MOMENT,
        NotDeleted::NotOwn => NOT_OWN,
    }
}

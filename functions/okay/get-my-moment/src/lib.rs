//! `App.Market_Minimoments.GetMyMoment` (okayapi section 7.2).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::okay::moment::ShownMoment;
use weiquan::okay::{Call, Error, Input, Login, Operation, operation};
use weiquan::schema::Answer;
use weiquan_store::moments::list;

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Required,
    ..operation!(
        "App.Market_Minimoments.GetMyMoment", "lists the caller's own moments, newest first",
        Input => Output, handle
    )
};

#[derive(Input)]
struct Input {
    /// The page number, from 1.
    #[param(range = 1.., default = 1)]
    page: u64,
    /// Moments per page.
    #[param(range = 1..=100, default = 20)]
    perpage: usize,
    /// More fields to return, custom and system ones.
    #[param(example = "uuid,moment_access")]
    more_select: Vec<String>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// How many moments the caller has.
    total: u64,
    /// The moments of the page, newest first.
    items: Vec<ShownMoment>,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Output, Error> {
    let skip = (input.page - 1).saturating_mul(input.perpage as u64);
    let (session, page) = futures_util::join!(
        call.session(ctx),
        list::own(&ctx.store, &call.app, call.uuid()?, skip, input.perpage),
    );
    session?;
    let page = page?;
    Ok(Output {
        total: page.total,
        items: ShownMoment::all(&page.moments, input.more_select)?,
    })
}

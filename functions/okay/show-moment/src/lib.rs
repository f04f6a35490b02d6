//! `App.Market_Minimoments.ShowMoment` (okayapi section 7.2).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::okay::moment::ShownMoment;
use weiquan::okay::{Call, Error, Input, Login, Operation, operation};
use weiquan::schema::Answer;
use weiquan_store::id::MomentId;
use weiquan_store::moments::list;

/// The operation.
pub static OPERATION: Operation = Operation {
    professional: true,
    login: Login::Recognised,
    ..operation!("App.Market_Minimoments.ShowMoment", "lists moments, newest first", Input => Output, handle)
};

#[derive(Input)]
struct Input {
    /// The last id that was read: only older moments are returned.
    #[param(range = 2..)]
    lastid: Option<u64>,
    /// Moments per page.
    #[param(range = 1..=100, default = 20)]
    perpage: usize,
    /// More fields to return, custom and system ones.
    #[param(example = "uuid,moment_access")]
    more_select: Vec<String>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// How many moments the caller may see.
    total: u64,
    /// The moments of the page, newest first.
    items: Vec<ShownMoment>,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Output, Error> {
    let below = input.lastid.map(MomentId::new);
    let read = |viewer| list::latest(&ctx.store, &call.app, viewer, below, input.perpage);
    let claimed = call.login().map(|(uuid, _)| uuid);
    // Read for the member that the caller claims to be, while the claim is checked.
    let (session, page) = futures_util::join!(call.live_session(ctx), read(claimed));
    let page = match (claimed, session?) {
        (Some(_), None) => read(None).await?,
        _ => page?,
    };
    Ok(Output {
        total: page.total,
        items: ShownMoment::all(&page.moments, input.more_select)?,
    })
}

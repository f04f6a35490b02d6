//! `App.Market_Minimoments.ShowMoment`: lists moments, newest first (okayapi section 7.2).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::list::Page;
use shared::okay::moment;
use shared::okay::{Call, Error, Login, Operation, Param, answer};
use shared::store::moment_list;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Minimoments.ShowMoment",
    words: "lists moments, newest first",
    professional: true,
    login: Login::Recognised,
    params: &[
        Param::int(
            "lastid",
            "the last id that was read: only older moments come",
        )
        .range(2, i64::MAX, None),
        Param::int("perpage", "moments on a page").range(1, 100, Some(20)),
        Param::list("more_select", "further fields, custom and system ones")
            .example("uuid,moment_access"),
    ],
    results: &[
        ("total", "how many moments the caller may see"),
        ("items", "the page, newest first"),
    ],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    lastid: Option<u64>,
    perpage: usize,
    more_select: Vec<String>,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Page, Error> {
    let input: Input = call.input()?;
    let read = |viewer| moment_list::latest(ctx, &call.app, viewer, input.lastid, input.perpage);
    let claimed = call.login().map(|(uuid, _)| uuid);
    // Read for whom the caller claims to be, beside finding out whether that is true.
    let (session, page) = futures_util::join!(call.live_session(ctx), read(claimed));
    let page = match (claimed, session?) {
        (Some(_), None) => read(None).await?,
        _ => page?,
    };
    moment::page(page.total, &page.moments, input.more_select)
}

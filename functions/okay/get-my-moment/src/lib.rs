//! `App.Market_Minimoments.GetMyMoment`: lists the caller's own moments, newest first (okayapi section 7.2).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::list::Page;
use shared::okay::moment;
use shared::okay::{Call, Error, Login, Operation, Param, answer};
use shared::store::moment_list;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Market_Minimoments.GetMyMoment",
    words: "lists the caller's own moments, newest first",
    professional: true,
    login: Login::Required,
    params: &[
        Param::int("page", "the page, from 1").range(1, i64::MAX, Some(1)),
        Param::int("perpage", "moments on a page").range(1, 100, Some(20)),
        Param::list("more_select", "further fields, custom and system ones")
            .example("uuid,moment_access"),
    ],
    results: &[
        ("total", "how many moments the caller has"),
        ("items", "the page, newest first"),
    ],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    uuid: String,
    page: u64,
    perpage: usize,
    more_select: Vec<String>,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Page, Error> {
    let input: Input = call.input()?;
    let skip = (input.page - 1).saturating_mul(input.perpage as u64);
    let (session, page) = futures_util::join!(
        call.session(ctx),
        moment_list::own(ctx, &call.app, &input.uuid, skip, input.perpage),
    );
    session?;
    let page = page?;
    moment::page(page.total, &page.moments, input.more_select)
}

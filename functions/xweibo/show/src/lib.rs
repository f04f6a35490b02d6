//! `show`. An extension: the document has no operation that reads a weibo.

use serde::Serialize;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::{EMPTY_PARAMETER, NO_WEIBO};
use weiquan::xweibo::{Call, Error, Id, Input, Operation, WeiboShape, operation, shapes};
use weiquan::{Ctx, example};
use weiquan_store::weibos::list;
use weiquan_store::weibos::timeline::Row;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[EMPTY_PARAMETER, NO_WEIBO],
    ..operation!("show", "shows a weibo", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::WEIBO)]
    id: Id<'a>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The weibo.
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let id = input.id.or(EMPTY_PARAMETER, NO_WEIBO)?;
    let row = Row {
        id,
        root: None,
        root_by: None,
    };
    let listed = list::read(&ctx.store, call.reader(), &[row]).await?;
    let (_, data) = shapes(ctx, &listed).await?.pop().ok_or(NO_WEIBO)?;
    Ok(Output { data })
}

//! `show`: a weibo by its id. An extension: the document has no operation that reads a weibo.

use serde::Serialize;
use shared::Ctx;
use shared::store::timeline::Row;
use shared::store::weibo_list;
use shared::xweibo::{Call, Error, Operation, WEIBO_ID, WeiboShape, answer, shapes};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "show",
    aliases: &[],
    words: "shows a weibo",
    get: false,
    speaks: false,
    params: &[WEIBO_ID],
    file: None,
    errors: &[Error::EmptyParameter, Error::NoWeibo],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let id = call.id("id", Error::EmptyParameter, Error::NoWeibo)?;
    let row = Row {
        id,
        root: None,
        root_by: None,
    };
    let listed = weibo_list::read(ctx, call.reader(), &[row]).await?;
    let (_, data) = shapes(ctx, &listed).await?.pop().ok_or(Error::NoWeibo)?;
    Ok(Output { data })
}

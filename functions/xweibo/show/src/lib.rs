//! `show`: a weibo by its id. An extension: the document has no operation that reads a weibo.

use serde::Serialize;
use shared::Ctx;
use shared::store::timeline::Row;
use shared::store::weibo_list;
use shared::xweibo::{Call, Error, Operation, Param, WeiboShape, answer, id, shapes, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "show",
    aliases: &[],
    words: "shows a weibo",
    get: false,
    speaks: false,
    params: &[Param {
        name: "id",
        words: "the weibo",
        example: Some("890682712989029"),
    }],
    file: None,
    errors: &[Error::EmptyParameter, Error::NoWeibo],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let text = trim(call.param("id"));
    if text.is_empty() {
        return Err(Error::EmptyParameter);
    }
    let id = id(text).ok_or(Error::NoWeibo)?;
    let listed = weibo_list::read(ctx, call.reader(), &[Row { id, root: None }]).await?;
    let (_, data) = shapes(ctx, &listed).await?.pop().ok_or(Error::NoWeibo)?;
    Ok(Output { data })
}

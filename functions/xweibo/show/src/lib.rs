//! `show`. An extension: the document has no operation that reads a weibo.

use serde::Serialize;
use shared::schema::Answer;
use shared::store::timeline::Row;
use shared::store::weibo_list;
use shared::xweibo::failure::{EMPTY_PARAMETER, NO_WEIBO};
use shared::xweibo::{Call, Error, Id, Input, Operation, WeiboShape, operation, shapes};
use shared::{Ctx, example};

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
    let listed = weibo_list::read(ctx, call.reader(), &[row]).await?;
    let (_, data) = shapes(ctx, &listed).await?.pop().ok_or(NO_WEIBO)?;
    Ok(Output { data })
}

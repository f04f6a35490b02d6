//! `update`: publishes a weibo (xweibo section 5.1.1).

use serde::Serialize;
use shared::Ctx;
use shared::xweibo::{Call, Draft, Error, Operation, PIC, TEXT, WeiboShape, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "update",
    aliases: &[],
    words: "publishes a weibo",
    get: false,
    speaks: true,
    params: &[TEXT, PIC],
    file: None,
    errors: &[
        Error::ContentNull,
        Error::Sensitive,
        Error::TextTooLong,
        Error::TooLong,
        Error::RepeatedText,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let draft = Draft::new(ctx, &call).await?;
    let pid = call.pid()?.map(str::to_owned);
    Ok(Output {
        data: draft.publish(ctx, &call, pid).await?,
    })
}

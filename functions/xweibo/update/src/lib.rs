//! `update` (xweibo section 5.1.1).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::{CONTENT_NULL, REPEATED_TEXT, SENSITIVE, TEXT_TOO_LONG, TOO_LONG};
use weiquan::xweibo::{Call, Draft, Error, Input, Operation, Pid, WeiboShape, operation};

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[
        CONTENT_NULL,
        SENSITIVE,
        TEXT_TOO_LONG,
        TOO_LONG,
        REPEATED_TEXT,
    ],
    ..operation!("update", "publishes a weibo", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The text, at most 140 Chinese characters or 280 half-widths.
    #[param(required, example = "哈哈")]
    text: &'a str,
    /// The id of a picture.
    pic: Pid<'a>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The weibo.
    data: WeiboShape,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let draft = Draft::new(ctx, &call, input.text).await?;
    let pid = input.pic.get()?.map(str::to_owned);
    Ok(Output {
        data: draft.publish(ctx, &call, pid).await?,
    })
}

//! `comment` (xweibo section 5.1.4).

use weiquan::xweibo::failure::{
    COMMENT_ID_NULL as NO_ID, COMMENT_NO_WEIBO as NO_WEIBO, COMMENTS_REFUSED, SENSITIVE,
};
use weiquan::xweibo::{
    AvatarSize, Call, Error, Failure, Flag, Id, Input, Operation, Remark, comment_on, operation,
    post_remark,
};
use weiquan::{Ctx, example};
use weiquan_store::weibos::posting::Draft;

/// The operation.
pub static OPERATION: Operation = Operation {
    aliases: &["ment"],
    speaks: true,
    failures: &[
        NO_ID,
        NO_TEXT,
        SENSITIVE,
        TOO_LONG,
        NO_WEIBO,
        COMMENTS_REFUSED,
    ],
    ..operation!("comment", "comments on a weibo", Input<'_> => Remark, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::WEIBO)]
    id: Id<'a>,
    /// The text.
    #[param(required, example = "test")]
    text: &'a str,
    /// 1 also reposts the weibo with the text.
    forward: Flag<'a>,
    /// 2 returns the larger avatar.
    r#type: AvatarSize,
}

const NO_TEXT: Failure = Failure::new(1_020_401, "40012:Error: content is null!", "no `text`");
const TOO_LONG: Failure = Failure::new(
    1_020_403,
    "40013:Error: text too long, please input text less than 140 characters!",
    "`text` is wider than 280 half-widths",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Remark, Error> {
    let (author, posted) = post_remark(ctx, &call, draft(&call, &input), NO_WEIBO).await?;
    Remark::new(ctx, &call, &author, &posted, input.r#type).await
}

fn draft(call: &Call<'_>, input: &Input<'_>) -> Result<Draft, Error> {
    if input.id.is_missing() {
        return Err(NO_ID.into());
    }
    let text = call.text(input.text, NO_TEXT, TOO_LONG)?;
    let target = input.id.or(NO_ID, NO_WEIBO)?;
    Ok(comment_on(target, text, input.forward))
}

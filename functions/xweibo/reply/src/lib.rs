//! `reply` (xweibo section 5.1.6).

use weiquan::xweibo::failure::{COMMENTS_REFUSED, SENSITIVE};
use weiquan::xweibo::{
    AvatarSize, Call, Error, Failure, Flag, Id, Input, Operation, Remark, comment_on, operation,
    post_remark,
};
use weiquan::{Ctx, example};
use weiquan_store::weibos::posting::Draft;

/// The operation.
pub static OPERATION: Operation = Operation {
    aliases: &["replay"],
    speaks: true,
    failures: &[
        NO_ID,
        NO_COMMENT,
        NO_TEXT,
        SENSITIVE,
        TOO_LONG,
        NO_WEIBO,
        COMMENTS_REFUSED,
    ],
    ..operation!("reply", "replies to a comment", Input<'_> => Remark, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::WEIBO)]
    id: Id<'a>,
    /// The id of the comment that is replied to.
    #[param(required, example = example::COMMENT)]
    cid: Id<'a>,
    /// The text.
    #[param(required, example = "test")]
    text: &'a str,
    /// 1 also reposts the weibo with the text.
    forward: Flag<'a>,
    /// 2 returns the larger avatar.
    r#type: AvatarSize,
}

const NO_ID: Failure = Failure::new(1_020_500, "40016:Error: weibo id is null!", "no `id`");
const NO_COMMENT: Failure = Failure::new(1_020_501, "40020:Error: comment id is null!", "no `cid`");
const NO_TEXT: Failure = Failure::new(1_020_502, "40012:Error: content is null!", "no `text`");
const TOO_LONG: Failure = Failure::new(
    1_020_503,
    "40013:Error: text too long, please input text less than 140 characters!",
    "`text` is wider than 280 half-widths",
);
const NO_WEIBO: Failure = Failure::new(
    1_020_504,
    "40031:Error: target weibo does not exist!",
    "there is no such weibo, or it has no such comment",
);

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Remark, Error> {
    let (author, posted) = post_remark(ctx, &call, draft(&call, &input), NO_WEIBO).await?;
    Remark::new(ctx, &call, &author, &posted, input.r#type).await
}

fn draft(call: &Call<'_>, input: &Input<'_>) -> Result<Draft, Error> {
    if input.id.is_missing() {
        return Err(NO_ID.into());
    }
    if input.cid.is_missing() {
        return Err(NO_COMMENT.into());
    }
    let text = call.text(input.text, NO_TEXT, TOO_LONG)?;
    let target = input.id.or(NO_ID, NO_WEIBO)?;
    Ok(Draft {
        reply_to: Some(input.cid.or(NO_COMMENT, NO_WEIBO)?),
        ..comment_on(target, text, input.forward)
    })
}

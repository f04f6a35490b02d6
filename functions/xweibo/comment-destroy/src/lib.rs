//! `comment_destroy` (xweibo section 5.1.5).

use serde::Serialize;
use weiquan::schema::Answer;
use weiquan::xweibo::failure::TOO_LONG;
use weiquan::xweibo::{Call, Error, Failure, Ids, Input, Operation, id, operation};
use weiquan::{Ctx, example};
use weiquan_store::weibos::comment;

/// The operation.
pub static OPERATION: Operation = Operation {
    aliases: &[
        "comment_destory",
        "comment.destroy",
        "ment_destory",
        "ment.destroy",
    ],
    failures: &[NO_ID, TOO_LONG, NOT_OWN, NOT_ALL],
    ..operation!("comment_destroy", "deletes comments", Input<'_> => Output, handle)
};

#[derive(Input)]
struct Input<'a> {
    /// The comment's id, or several separated by commas.
    #[param(required, example = example::OWN_COMMENT)]
    id: Ids<'a>,
}

const NO_ID: Failure = Failure::new(1_020_600, "40020:Error: comment id is null!", "no `id`");
const NOT_OWN: Failure = Failure::new(
    1_020_601,
    "40015:Error: not your own comment!",
    "there is no such comment, or it is neither the caller's nor on the caller's weibo",
);
const NOT_ALL: Failure = Failure::new(
    1_020_602,
    "删除评论失败",
    "some of several comments were not deleted",
);

#[derive(Serialize, Answer)]
struct Output {
    /// Always `null`.
    total: Option<u64>,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let wanted = input.id.distinct(|_| true)?;
    if wanted.is_empty() {
        return Err(NO_ID.into());
    }
    let mut kept = 0;
    for comment in &wanted {
        let removed = match id(comment) {
            Some(comment) => match comment::remove(&ctx.store, uid, comment).await {
                Ok(removed) => removed,
                // One of several failed; the comments already removed stay removed.
                Err(cause) if wanted.len() > 1 => {
                    weiquan::runtime::report(ctx, &cause);
                    false
                }
                Err(cause) => return Err(cause.into()),
            },
            None => false,
        };
        kept += usize::from(!removed);
    }
    match (kept, wanted.len()) {
        (0, _) => Ok(Output { total: None }),
        (_, 1) => Err(NOT_OWN.into()),
        _ => Err(NOT_ALL.into()),
    }
}

//! `comment_destroy`: deletes comments (xweibo section 5.1.5).

use serde::Serialize;
use shared::store::weibo_comment;
use shared::xweibo::{Call, Error, Operation, Param, answer, distinct, id, ids};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "comment_destroy",
    aliases: &[
        "comment_destory",
        "comment.destroy",
        "ment_destory",
        "ment.destroy",
    ],
    words: "deletes comments",
    get: false,
    speaks: false,
    params: &[Param {
        name: "id",
        words: "the comment, or several with commas",
        example: Some(example::OWN_COMMENT),
    }],
    file: None,
    errors: &[
        Error::DestroyCommentNull,
        Error::TooLong,
        Error::NotOwnComment,
        Error::CommentsNotDestroyed,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Serialize)]
struct Output {
    total: Option<u64>,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let uid = call.uid()?;
    let wanted = distinct(ids(call.param("id")))?;
    if wanted.is_empty() {
        return Err(Error::DestroyCommentNull);
    }
    let mut kept = 0;
    for comment in &wanted {
        let removed = match id(comment) {
            Some(comment) => match weibo_comment::remove(ctx, uid, comment).await {
                Ok(removed) => removed,
                // Of several, what was done stays done.
                Err(cause) if wanted.len() > 1 => {
                    shared::runtime::report(ctx, &cause);
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
        (_, 1) => Err(Error::NotOwnComment),
        _ => Err(Error::CommentsNotDestroyed),
    }
}

//! `reply`: replies to a comment (xweibo section 5.1.6).

use shared::store::posting::Wanted;
use shared::xweibo::{
    AVATAR_TYPE, COMMENT_TEXT, Call, Error, FORWARD, Operation, Param, Said, WEIBO_ID, about,
    answer, id, said, trim,
};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "reply",
    aliases: &["replay"],
    words: "replies to a comment",
    get: false,
    speaks: true,
    params: &[
        WEIBO_ID,
        Param {
            name: "cid",
            words: "the comment that is replied to",
            example: Some(example::COMMENT),
        },
        COMMENT_TEXT,
        FORWARD,
        AVATAR_TYPE,
    ],
    file: None,
    errors: &[
        Error::ReplyIdNull,
        Error::ReplyCommentNull,
        Error::ReplyNull,
        Error::Sensitive,
        Error::ReplyTooLong,
        Error::ReplyNoWeibo,
        Error::CommentsRefused,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Said, Error> {
    let (author, posted) = said(ctx, &call, wanted(&call), Error::ReplyNoWeibo).await?;
    Said::new(ctx, &call, &author, &posted).await
}

fn wanted(call: &Call<'_>) -> Result<Wanted, Error> {
    let target = trim(call.param("id"));
    if target.is_empty() {
        return Err(Error::ReplyIdNull);
    }
    let comment = trim(call.param("cid"));
    if comment.is_empty() {
        return Err(Error::ReplyCommentNull);
    }
    let text = call.text(call.param("text"), Error::ReplyNull, Error::ReplyTooLong)?;
    let target = id(target).ok_or(Error::ReplyNoWeibo)?;
    Ok(Wanted {
        reply_to: Some(id(comment).ok_or(Error::ReplyNoWeibo)?),
        ..about(call, target, text)
    })
}

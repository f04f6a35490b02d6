//! `comment`: comments on a weibo (xweibo section 5.1.4).

use shared::Ctx;
use shared::store::posting::Wanted;
use shared::xweibo::{
    AVATAR_TYPE, COMMENT_TEXT, Call, Error, FORWARD, Operation, Said, WEIBO_ID, about, answer, id,
    said, trim,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "comment",
    aliases: &["ment"],
    words: "comments on a weibo",
    get: false,
    speaks: true,
    params: &[WEIBO_ID, COMMENT_TEXT, FORWARD, AVATAR_TYPE],
    file: None,
    errors: &[
        Error::CommentIdNull,
        Error::CommentNull,
        Error::Sensitive,
        Error::CommentTooLong,
        Error::CommentNoWeibo,
        Error::CommentsRefused,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Said, Error> {
    let (author, posted) = said(ctx, &call, wanted(&call), Error::CommentNoWeibo).await?;
    Said::new(ctx, &call, &author, &posted).await
}

fn wanted(call: &Call<'_>) -> Result<Wanted, Error> {
    let target = trim(call.param("id"));
    if target.is_empty() {
        return Err(Error::CommentIdNull);
    }
    let text = call.text(
        call.param("text"),
        Error::CommentNull,
        Error::CommentTooLong,
    )?;
    let target = id(target).ok_or(Error::CommentNoWeibo)?;
    Ok(about(call, target, text))
}

//! `comment`: comments on a weibo (xweibo section 5.1.4).

use shared::Ctx;
use shared::store::posting::Wanted;
use shared::xweibo::{Call, Error, Operation, Param, Said, answer, id, said, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "comment",
    aliases: &["ment"],
    words: "comments on a weibo",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "id",
            words: "the weibo",
            example: Some("890682712989029"),
        },
        Param {
            name: "text",
            words: "the text",
            example: Some("test"),
        },
        Param {
            name: "forward",
            words: "1 reposts the weibo with the text, too",
            example: None,
        },
        Param {
            name: "type",
            words: "2 answers the larger avatar",
            example: None,
        },
    ],
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
    Ok(Wanted {
        text: text.to_owned(),
        comment_on: [target].into(),
        repost: (trim(call.param("forward")) == "1").then_some(target),
        must: target,
        must_comment: true,
        ..Wanted::default()
    })
}

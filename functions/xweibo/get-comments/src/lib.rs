//! `getComments`: the comments of a weibo, newest first (xweibo section 5.5.2).

use shared::Ctx;
use shared::store::{member, settings, weibo_comment};
use shared::xweibo::{
    Call, Comment, CommentList, Error, Operation, Param, WEIBO_ID, answer, id, trim,
};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "getComments",
    aliases: &[],
    words: "lists the comments of a weibo, newest first",
    get: false,
    speaks: false,
    params: &[
        WEIBO_ID,
        Param {
            name: "page",
            words: "the page, from 1",
            example: None,
        },
        Param {
            name: "type",
            words: "2 answers the larger avatars, and as many comments a page as the caller set, 20 by default, instead of 10",
            example: None,
        },
        Param {
            name: "count",
            words: "comments on a page, at most 50; as `type` says by default and for 0",
            example: None,
        },
    ],
    file: None,
    errors: &[
        Error::CommentIdNull,
        Error::NotNumber,
        Error::CommentNoWeibo,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How many comments a page holds below a weibo, and on a page of its own.
const SHORT_PAGE: u64 = 10;
const LONG_PAGE: u64 = 20;

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<CommentList, Error> {
    let text = trim(call.param("id"));
    if text.is_empty() {
        return Err(Error::CommentIdNull);
    }
    let kind = trim(call.param("type"));
    let asked = call.asked_count()?;
    let page = call.number("page")?.unwrap_or(1).max(1);
    let weibo = id(text).ok_or(Error::CommentNoWeibo)?;
    let usual = async {
        match (asked, kind, call.reader()) {
            (None, "2", Some(uid)) => settings::read(ctx, uid).await.map(|own| own.comments),
            _ => Ok(None),
        }
    };
    let (opened, usual) = futures_util::join!(weibo_comment::open(ctx, weibo), usual);
    let opened = opened?.ok_or(Error::CommentNoWeibo)?;
    let page_of_kind = if kind == "2" { LONG_PAGE } else { SHORT_PAGE };
    let limit = asked.or(usual?).unwrap_or(page_of_kind);
    let skip = (page - 1).saturating_mul(limit);
    let (total, comments) = weibo_comment::page(ctx, &opened, skip, limit).await?;
    let authors = member::authors(ctx, comments.iter().map(|comment| comment.uid)).await?;
    let shown = comments.iter().filter_map(|comment| {
        let author = authors.get(&comment.uid)?;
        Some(Comment::new(ctx, call.site, comment, author, kind))
    });
    Ok(CommentList {
        comments: shown.collect(),
        total,
        limit,
    })
}

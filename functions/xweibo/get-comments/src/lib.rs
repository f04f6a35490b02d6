//! `getComments` (xweibo section 5.5.2).

use weiquan::xweibo::failure::{
    COMMENT_ID_NULL as NO_ID, COMMENT_NO_WEIBO as NO_WEIBO, NOT_NUMBER,
};
use weiquan::xweibo::{
    AvatarSize, Call, Comment, CommentList, Count, Error, Id, Input, Number, Operation, operation,
};
use weiquan::{Ctx, example};
use weiquan_store::members::member;
use weiquan_store::people::settings;
use weiquan_store::weibos::comment;

/// The operation.
pub static OPERATION: Operation = Operation {
    failures: &[NO_ID, NOT_NUMBER, NO_WEIBO],
    ..operation!(
        "getComments",
        "lists the comments of a weibo, newest first",
        Input<'_> => CommentList,
        handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The weibo's id.
    #[param(required, example = example::WEIBO)]
    id: Id<'a>,
    /// The page number, from 1.
    page: Number<'a>,
    /// 2 returns the larger avatars, and as many comments per page as the caller has set, 20 by default, instead of 10.
    r#type: AvatarSize,
    /// Comments per page, at most 50; the number given under `type` by default and for 0.
    count: Count<'a>,
}

/// How many comments a page has, when they are shown under a weibo and when they are shown by themselves.
const SHORT_PAGE: u64 = 10;
const LONG_PAGE: u64 = 20;

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<CommentList, Error> {
    if input.id.is_missing() {
        return Err(NO_ID.into());
    }
    let size = input.r#type;
    let asked = input.count.asked()?;
    let page = input.page.get()?.unwrap_or(1).max(1);
    let weibo = input.id.or(NO_ID, NO_WEIBO)?;
    let usual = async {
        match (asked, size, call.reader()) {
            (None, AvatarSize::Large, Some(uid)) => settings::read(&ctx.store, uid)
                .await
                .map(|own| own.comments),
            _ => Ok(None),
        }
    };
    let (opened, usual) = futures_util::join!(comment::open(&ctx.store, weibo), usual);
    let opened = opened?.ok_or(NO_WEIBO)?;
    let page_of_size = match size {
        AvatarSize::Large => LONG_PAGE,
        AvatarSize::Small => SHORT_PAGE,
    };
    let limit = asked.or(usual?).unwrap_or(page_of_size);
    let skip = (page - 1).saturating_mul(limit);
    let (total, comments) = comment::page(&ctx.store, &opened, skip, limit).await?;
    let authors = member::authors(&ctx.store, comments.iter().map(|comment| comment.uid)).await?;
    let shown = comments.iter().filter_map(|comment| {
        let author = authors.get(&comment.uid)?;
        Some(Comment::new(ctx, call.site, comment, author, size))
    });
    Ok(CommentList {
        comments: shown.collect(),
        total,
        limit,
    })
}

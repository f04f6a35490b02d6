//! What `comment`, `reply` and `repost` have in common: a member writes about a weibo.

use serde::Serialize;

use super::error::Error;
use super::failure;
use super::input::{AvatarSize, Flag};
use super::shape::{Comment, WeiboShape, repost};
use super::verified_call::Call;
use crate::Ctx;
use crate::schema::{Answer, Failure};
use weiquan_store::id::WeiboId;
use weiquan_store::members::member::Member;
use weiquan_store::weibos::posting::{self, Draft, NotPosted, Post};

/// A comment with `text` on the weibo `target`. It is also a repost if it is to be forwarded.
pub fn comment_on(target: WeiboId, text: &str, forward: Flag<'_>) -> Draft {
    Draft {
        comment_on: [target].into(),
        repost: forward.is_set().then_some(target),
        needs_comment: true,
        ..Draft::about(target, text)
    }
}

/// Stores the `draft`, whose text is as it was sent. Returns the author and what was stored.
/// `missing` is the error if there is no such weibo or comment.
///
/// The error for a caller who is banned from speaking comes before all others.
pub async fn post_remark(
    ctx: &Ctx,
    call: &Call<'_>,
    draft: Result<Draft, Error>,
    missing: Failure,
) -> Result<(Member, Post), Error> {
    let uid = call.uid()?;
    let draft = draft.map(|draft| Draft {
        author: uid,
        source: call.site.source.clone(),
        ..draft
    });
    let text = draft.as_ref().map_or("", |draft| &draft.text);
    let (author, stored, context) = futures_util::join!(
        call.author(ctx),
        Box::pin(call.stored_text(ctx, text)),
        async {
            match &draft {
                Ok(draft) => Box::pin(posting::find(&ctx.store, draft)).await,
                Err(_) => Ok(Err(NotPosted::NoWeibo)),
            }
        }
    );
    let (author, draft, stored) = (author?, draft?, stored?);
    let refused = |refused| match refused {
        NotPosted::NoWeibo => missing,
        NotPosted::Blocked => failure::COMMENTS_REFUSED,
    };
    let draft = Draft {
        text: stored.text,
        mentions: stored.mentions,
        links: stored.links,
        ..draft
    };
    let context = context?.map_err(refused)?;
    let posted = Box::pin(posting::post(&ctx.store, &draft, context)).await?;
    Ok((author, posted.map_err(refused)?))
}

/// `rst` of a comment, with the weibo that it was forwarded as.
#[derive(Debug, Serialize, Answer)]
pub struct Remark {
    /// The comment, where the weibo takes any.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Comment>,
    /// The weibo that it was forwarded as.
    #[serde(skip_serializing_if = "Option::is_none")]
    wb: Option<WeiboShape>,
}

impl Remark {
    /// What `author` posted, with the avatar in the given size.
    pub async fn new(
        ctx: &Ctx,
        call: &Call<'_>,
        author: &Member,
        posted: &Post,
        size: AvatarSize,
    ) -> Result<Self, Error> {
        let comment = posted.comment.as_ref();
        Ok(Self {
            comment: comment.map(|comment| Comment::new(ctx, call.site, comment, author, size)),
            wb: match &posted.repost {
                Some(made) => Some(repost(ctx, made, author).await?),
                None => None,
            },
        })
    }
}

//! What `comment`, `reply` and `repost` have in common: a member writes about a weibo.

use serde::Serialize;

use super::error::Error;
use super::failure;
use super::input::{AvatarSize, Flag};
use super::shape::{Comment, WeiboShape, repost};
use super::verified_call::Call;
use crate::Ctx;
use crate::schema::{Answer, Failure};
use weiquan_store::members::member::Member;
use weiquan_store::table::Refusal;
use weiquan_store::weibos::posting::{self, NotSaid, Posted, Wanted};

/// A comment with `text` on the weibo `target`. It is also a repost if it is to be forwarded.
pub fn comment_on(target: u64, text: &str, forward: Flag<'_>) -> Wanted {
    Wanted {
        text: text.to_owned(),
        comment_on: [target].into(),
        repost: forward.is_set().then_some(target),
        must: target,
        must_comment: true,
        ..Wanted::default()
    }
}

/// Stores what is `wanted`, whose text is as it was sent. Returns the author and what was stored.
/// `missing` is the error if there is no such weibo or comment.
///
/// The error for a caller who is banned from speaking comes before all others.
pub async fn post_remark(
    ctx: &Ctx,
    call: &Call<'_>,
    wanted: Result<Wanted, Error>,
    missing: Failure,
) -> Result<(Member, Posted), Error> {
    let uid = call.uid()?;
    let wanted = wanted.map(|wanted| Wanted {
        uid,
        source: call.site.source.clone(),
        ..wanted
    });
    let text = wanted.as_ref().map_or("", |wanted| &wanted.text);
    let (author, stored, found) = futures_util::join!(
        call.author(ctx),
        Box::pin(call.stored_text(ctx, text)),
        async {
            match &wanted {
                Ok(wanted) => Some(Box::pin(posting::find(&ctx.store, wanted)).await),
                Err(_) => None,
            }
        }
    );
    let (author, wanted, stored) = (author?, wanted?, stored?);
    let wanted = Wanted {
        text: stored.text,
        mentions: stored.mentions,
        links: stored.links,
        ..wanted
    };
    let outcome = match found {
        Some(Ok(found)) => Box::pin(posting::post(&ctx.store, &wanted, found)).await,
        Some(Err(refusal)) => Err(refusal),
        None => Err(Refusal::Condition(NotSaid::NoWeibo)),
    };
    match outcome {
        Ok(posted) => Ok((author, posted)),
        Err(Refusal::Condition(NotSaid::NoWeibo)) => Err(missing.into()),
        Err(Refusal::Condition(NotSaid::Blocked)) => Err(failure::COMMENTS_REFUSED.into()),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
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
        posted: &Posted,
        size: AvatarSize,
    ) -> Result<Self, Error> {
        let comment = posted.comment.as_ref();
        Ok(Self {
            comment: comment.map(|comment| Comment::new(ctx, call.site, comment, author, size)),
            wb: match &posted.repost {
                Some((weibo, shown)) => Some(repost(ctx, weibo, author, shown).await?),
                None => None,
            },
        })
    }
}

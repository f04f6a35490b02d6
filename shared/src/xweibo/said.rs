//! What `comment`, `reply` and `repost` have in common: a member says something about weibos.

use serde::Serialize;

use super::shape::{Comment, WeiboShape, repost};
use super::{Call, Error, Param, trim};
use crate::store::Refusal;
use crate::store::member::Member;
use crate::store::posting::{self, NotSaid, Posted, Wanted};
use crate::{Ctx, example};

/// The weibo that an operation is about.
pub const WEIBO_ID: Param = Param {
    name: "id",
    words: "the weibo",
    example: Some(example::WEIBO),
};
/// What is said of it.
pub const COMMENT_TEXT: Param = Param {
    name: "text",
    words: "the text",
    example: Some("test"),
};
/// See [`about`].
pub const FORWARD: Param = Param {
    name: "forward",
    words: "1 reposts the weibo with the text, too",
    example: None,
};
/// See [`Said::new`].
pub const AVATAR_TYPE: Param = Param {
    name: "type",
    words: "2 answers the larger avatar",
    example: None,
};

/// A comment on the weibo `target` that says `text`, forwarded where the call wants that.
pub fn about(call: &Call<'_>, target: u64, text: &str) -> Wanted {
    Wanted {
        text: text.to_owned(),
        comment_on: [target].into(),
        repost: call.is_set("forward").then_some(target),
        must: target,
        must_comment: true,
        ..Wanted::default()
    }
}

/// Stores what is `wanted`, whose text is as it was sent; gives the author with what was stored.
/// `missing` is the error where there is no such weibo or comment.
///
/// Who is banned from speaking hears that first, whatever else is wrong.
pub async fn said(
    ctx: &Ctx,
    call: &Call<'_>,
    wanted: Result<Wanted, Error>,
    missing: Error,
) -> Result<(Member, Posted), Error> {
    let uid = call.uid()?;
    let wanted = wanted.map(|wanted| Wanted {
        uid,
        source: call.site.source.clone(),
        ..wanted
    });
    let text = wanted.as_ref().map_or("", |wanted| &wanted.text);
    let (author, written, found) =
        futures_util::join!(call.author(ctx), Box::pin(call.written(ctx, text)), async {
            match &wanted {
                Ok(wanted) => Some(Box::pin(posting::find(ctx, wanted)).await),
                Err(_) => None,
            }
        });
    let (author, wanted, written) = (author?, wanted?, written?);
    let wanted = Wanted {
        text: written.text,
        mentions: written.mentions,
        links: written.links,
        ..wanted
    };
    let outcome = match found {
        Some(Ok(found)) => Box::pin(posting::post(ctx, &wanted, found)).await,
        Some(Err(refusal)) => Err(refusal),
        None => Err(Refusal::Condition(NotSaid::NoWeibo)),
    };
    match outcome {
        Ok(posted) => Ok((author, posted)),
        Err(Refusal::Condition(NotSaid::NoWeibo)) => Err(missing),
        Err(Refusal::Condition(NotSaid::Blocked)) => Err(Error::CommentsRefused),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

/// `rst` of a comment, with the weibo that it was forwarded as.
#[derive(Debug, Serialize)]
pub struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Comment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wb: Option<WeiboShape>,
}

impl Said {
    /// What `author` posted, as the call wants it.
    pub async fn new(
        ctx: &Ctx,
        call: &Call<'_>,
        author: &Member,
        posted: &Posted,
    ) -> Result<Self, Error> {
        let kind = trim(call.param("type"));
        let comment = posted.comment.as_ref();
        Ok(Self {
            comment: comment.map(|comment| Comment::new(ctx, call.site, comment, author, kind)),
            wb: match &posted.repost {
                Some((weibo, shown)) => Some(repost(ctx, weibo, author, shown).await?),
                None => None,
            },
        })
    }
}

//! What `update` and `upload` have in common: a weibo before it is published.

use super::error::Error;
use super::failure;
use super::shape::WeiboShape;
use super::stored_text::StoredText;
use super::verified_call::Call;
use crate::Ctx;
use weiquan_store::members::member::Member;
use weiquan_store::weibos::publishing::{self, Repeated};
use weiquan_store::weibos::weibo::Weibo;

/// A weibo whose text may be published: its author, the text as it was sent, and the text as it is stored.
pub struct Draft<'a> {
    author: Member,
    text: &'a str,
    stored: StoredText,
}

impl<'a> Draft<'a> {
    /// The draft of the caller's text. A caller who is banned from speaking gets 1040005 before any
    /// other error. The other errors are, in order, 1020000, 1010007 and 1020001.
    pub async fn new(ctx: &Ctx, call: &Call<'_>, text: &'a str) -> Result<Self, Error> {
        let text = call.text(text, failure::CONTENT_NULL, failure::TEXT_TOO_LONG);
        let sent = text.as_ref().copied().unwrap_or_default();
        let (author, stored) = futures_util::join!(call.author(ctx), call.stored_text(ctx, sent));
        Ok(Self {
            author: author?,
            text: text?,
            stored: stored?,
        })
    }

    /// Publishes the weibo with the picture `pid`; 1020002 if it repeats the author's last weibo.
    pub async fn publish(
        self,
        ctx: &Ctx,
        call: &Call<'_>,
        pid: Option<String>,
    ) -> Result<WeiboShape, Error> {
        let weibo = Weibo {
            pic: pid,
            mentions: self.stored.mentions,
            ..Weibo::new(self.author.uid, &self.stored.text, &call.site.source)
        };
        let links = &self.stored.links;
        let published = publishing::publish(&ctx.store, weibo, self.text, links).await?;
        let weibo = published.map_err(|Repeated| failure::REPEATED_TEXT)?;
        Ok(WeiboShape::new(ctx, &weibo, &self.author, false))
    }
}

//! What `update` and `upload` have in common: a weibo before it is published.

use super::{Call, Error, WeiboShape, Written, failure, trim};
use crate::Ctx;
use crate::schema::Failure;
use weiquan_store::members::member::Member;
use weiquan_store::weibos::weibo::{self, Weibo};

/// The longest id of a picture, in bytes.
const MAX_PID: usize = 255;

/// The id of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Pid<'a>(pub &'a str);

impl<'a> Pid<'a> {
    /// The id without blanks; nothing if it is missing, 1010005 if it is too long.
    pub fn get(self) -> Result<Option<&'a str>, Failure> {
        match trim(self.0) {
            "" => Ok(None),
            pid if pid.len() > MAX_PID => Err(failure::TOO_LONG),
            pid => Ok(Some(pid)),
        }
    }
}

/// A weibo whose text may be published: its author, the text as it was sent, and the text as it is stored.
pub struct Draft<'a> {
    author: Member,
    text: &'a str,
    written: Written,
}

impl<'a> Draft<'a> {
    /// The draft of the caller's text. A caller who is banned from speaking gets 1040005 before any
    /// other error. The other errors are, in order, 1020000, 1010007 and 1020001.
    pub async fn new(ctx: &Ctx, call: &Call<'_>, text: &'a str) -> Result<Self, Error> {
        let text = call.text(text, failure::CONTENT_NULL, failure::TEXT_TOO_LONG);
        let sent = text.as_ref().copied().unwrap_or_default();
        let (author, written) = futures_util::join!(call.author(ctx), call.written(ctx, sent));
        Ok(Self {
            author: author?,
            text: text?,
            written: written?,
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
            mentions: self.written.mentions,
            ..Weibo::new(self.author.uid, &self.written.text, &call.site.source)
        };
        let weibo = weibo::publish(&ctx.store, weibo, self.text, &self.written.links).await?;
        Ok(WeiboShape::new(ctx, &weibo, &self.author, false))
    }
}

//! What `update` and `upload` have in common: a weibo to come.

use super::{Call, Error, Param, WeiboShape, Written, trim};
use crate::Ctx;
use crate::store::member::Member;
use crate::store::weibo::{self, Weibo};

/// What a weibo says: see [`Draft::new`].
pub const TEXT: Param = Param {
    name: "text",
    words: "the text, at most 140 Chinese characters or 280 half-widths",
    example: Some("哈哈"),
};
/// See [`Call::pid`].
pub const PIC: Param = Param {
    name: "pic",
    words: "the id of a picture",
    example: None,
};

/// The longest id of a picture, in bytes.
const MAX_PID: usize = 255;

impl Call<'_> {
    /// The id of a picture in the parameter `pic`; nothing where that is empty, 1010005 where it is too long.
    pub fn pid(&self) -> Result<Option<&str>, Error> {
        match trim(self.param("pic")) {
            "" => Ok(None),
            pid if pid.len() > MAX_PID => Err(Error::TooLong),
            pid => Ok(Some(pid)),
        }
    }
}

/// A weibo whose text may be published: who says it, as it was sent and as it is stored.
pub struct Draft<'a> {
    author: Member,
    text: &'a str,
    written: Written,
}

impl<'a> Draft<'a> {
    /// The draft of what the caller wants to say. Who is banned from speaking hears that first (1040005), then
    /// come 1020000, 1010007 and 1020001.
    pub async fn new(ctx: &Ctx, call: &'a Call<'_>) -> Result<Self, Error> {
        let text = call.text(call.param("text"), Error::ContentNull, Error::TextTooLong);
        let sent = text.as_ref().copied().unwrap_or_default();
        let (author, written) = futures_util::join!(call.author(ctx), call.written(ctx, sent));
        Ok(Self {
            author: author?,
            text: text?,
            written: written?,
        })
    }

    /// Publishes the weibo with the picture `pid`; 1020002 where it is the author's last one once more.
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
        let weibo = weibo::publish(ctx, weibo, self.text, &self.written.links).await?;
        Ok(WeiboShape::new(ctx, &weibo, &self.author, false))
    }
}

//! What `update` and `upload` have in common: a weibo to come.

use super::{Call, Error, Params, WeiboShape, Written, failure, trim};
use crate::Ctx;
use crate::schema::{Failure, FromParam, Kind, Param};
use crate::store::member::Member;
use crate::store::weibo::{self, Weibo};

/// The longest id of a picture, in bytes.
const MAX_PID: usize = 255;

/// The id of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Pid<'a>(pub &'a str);

impl<'a> Pid<'a> {
    /// The id without blanks; nothing where it is missing, 1010005 where it is too long.
    pub fn get(self) -> Result<Option<&'a str>, Failure> {
        match trim(self.0) {
            "" => Ok(None),
            pid if pid.len() > MAX_PID => Err(failure::TOO_LONG),
            pid => Ok(Some(pid)),
        }
    }
}

impl<'a> FromParam<'a, Params> for Pid<'a> {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        FromParam::read(params, param).map(Self)
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

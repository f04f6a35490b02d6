//! What an operation is given besides its parameters: who calls, and the rules that texts are held to.

use super::{Error, Params, failure, trim};
use crate::Ctx;
use crate::schema::{Failure, Input};
use crate::store::client::Site;
use crate::store::member::{self, Member};
use crate::text::weibo_width;

/// How wide a text may be: 140 Chinese characters (section 5.6).
const MAX_WIDTH: usize = 280;
/// How long a text may be in bytes: more than any 280 half-widths that can be seen.
const MAX_BYTES: usize = 2048;

/// A call whose signature was right.
pub struct Call<'a> {
    /// The site's settings.
    pub site: &'a Site,
    pub(super) params: &'a Params,
    pub(super) uid: Option<u64>,
    pub(super) speaks: bool,
    /// Scheme and host of the request.
    pub(super) origin: String,
}

impl<'a> Call<'a> {
    /// The parameters as an operation takes them.
    pub fn input<T: Input<'a, Params>>(&self) -> Result<T, Error> {
        T::read(self.params)
    }

    /// Whether `text` holds a word of the site's list, in any spelling that looks like it.
    pub fn is_sensitive(&self, text: &str) -> bool {
        self.site.forbids(text)
    }

    /// Who acts; 1040003 for an anonymous caller.
    pub fn uid(&self) -> Result<u64, Error> {
        self.uid.ok_or(Error::NoAuthor)
    }

    /// Who acts, as a member. 1040005 for one who is banned from speaking, where the operation speaks:
    /// comes before everything else that may be wrong, but may be read beside what else is needed.
    pub async fn author(&self, ctx: &Ctx) -> Result<Member, Error> {
        match member::by_uid_even_new(ctx, self.uid()?).await? {
            None => Err(Error::NotBound),
            Some(member) if self.speaks && member.silenced => Err(Error::Silenced),
            Some(member) => Ok(member),
        }
    }

    /// Who acts; nobody for an anonymous caller.
    pub fn reader(&self) -> Option<u64> {
        self.uid
    }

    /// A text that is not empty, holds no word of the site's list, and is at most 280 half-widths
    /// wide, checked in this order (section 7.42).
    pub fn text<'b>(
        &self,
        text: &'b str,
        empty: Failure,
        too_long: Failure,
    ) -> Result<&'b str, Failure> {
        let text = trim(text);
        if text.is_empty() {
            return Err(empty);
        }
        if self.is_sensitive(text) {
            return Err(failure::SENSITIVE);
        }
        if is_too_long(text) {
            return Err(too_long);
        }
        Ok(text)
    }
}

/// Whether a text is wider than 140 Chinese characters.
pub fn is_too_long(text: &str) -> bool {
    // Characters without a width count as bytes.
    weibo_width(text) > MAX_WIDTH || text.len() > MAX_BYTES
}

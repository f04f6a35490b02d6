//! What an operation gets besides its parameters: the caller, and the rules for texts.

use super::error::Error;
use super::failure;
use super::params::Params;
use super::text::trim;
use crate::Ctx;
use crate::schema::{Failure, Input};
use weiquan_store::clients::Site;
use weiquan_store::id::Uid;
use weiquan_store::members::member::{self, Member};
use weiquan_store::unicode::weibo_width;

/// The largest width of a text: 140 Chinese characters (section 5.6).
const MAX_WIDTH: usize = 280;
/// The largest size of a text, in bytes: more than any 280 visible half-widths.
const MAX_BYTES: usize = 2048;

/// A call with a correct signature.
pub struct Call<'a> {
    /// The site's settings.
    pub site: &'a Site,
    pub(super) params: &'a Params,
    pub(super) uid: Option<Uid>,
    pub(super) speaks: bool,
    /// Scheme and host of the request.
    pub(super) origin: String,
}

impl<'a> Call<'a> {
    /// The parameters in the form that the operation takes.
    pub fn input<T: Input<'a, Params>>(&self) -> Result<T, Error> {
        T::read(self.params)
    }

    /// Whether `text` holds a word of the site's list, in any spelling that looks like it.
    pub fn is_sensitive(&self, text: &str) -> bool {
        self.site.forbids(text)
    }

    /// The uid of the acting member; 1040003 for an anonymous caller.
    pub fn uid(&self) -> Result<Uid, Error> {
        self.uid.ok_or(Error::NoAuthor)
    }

    /// The acting member. If the operation speaks, a member who is banned from speaking gets 1040005. That error
    /// comes before all others, but the member may be read in parallel with other data.
    pub async fn author(&self, ctx: &Ctx) -> Result<Member, Error> {
        match member::by_uid_even_new(&ctx.store, self.uid()?).await? {
            None => Err(Error::NotBound),
            Some(member) if self.speaks && member.silenced => Err(Error::Silenced),
            Some(member) => Ok(member),
        }
    }

    /// The uid of the acting member; none for an anonymous caller.
    pub fn reader(&self) -> Option<Uid> {
        self.uid
    }

    /// A text that is not empty, holds no word of the site's list, and is at most 280 half-widths
    /// wide. The checks are made in this order (section 7.42).
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
    // The limit in bytes is for characters without a width.
    weibo_width(text) > MAX_WIDTH || text.len() > MAX_BYTES
}

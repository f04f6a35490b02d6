//! What an operation is given: who calls for what, and the rules that texts and numbers are held to.

use std::collections::HashSet;

use super::{Error, Params};
use crate::Ctx;
use crate::form::php::flag;
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

impl Call<'_> {
    /// A parameter as it came; empty where it is absent.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name)
    }

    /// The same whatever the case of its name.
    pub fn param_of_any_case(&self, name: &str) -> &str {
        let own = |(own, _): &(&String, &String)| own.eq_ignore_ascii_case(name);
        let mut all = self.params.texts.iter();
        all.find(own)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }

    /// Whether `text` holds a word of the site's list, in any spelling that looks like it.
    pub fn is_sensitive(&self, text: &str) -> bool {
        self.site.forbids(text)
    }

    /// The id in the parameter `name`: `null` where it is empty, `nothing` where it can be nothing's.
    pub fn id(&self, name: &str, null: Error, nothing: Error) -> Result<u64, Error> {
        match trim(self.param(name)) {
            "" => Err(null),
            text => id(text).ok_or(nothing),
        }
    }

    /// A whole number, 0 where it is below; 1010002 where it is none.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        let text = trim(self.param(name));
        let digits = text.strip_prefix('-').unwrap_or(text);
        match digits.bytes().all(|b| b.is_ascii_digit()) {
            true if text.is_empty() => Ok(None),
            true if digits.is_empty() => Err(Error::NotNumber),
            true if text.starts_with('-') => Ok(Some(0)),
            // Beyond what fits there is nothing either.
            true => Ok(Some(text.parse().unwrap_or(u64::MAX))),
            false => Err(Error::NotNumber),
        }
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

    /// The file that was sent, perhaps without bytes; nothing where its field is missing.
    pub fn file(&self) -> Option<&[u8]> {
        self.params.file.as_deref()
    }

    /// Whether the file breaks off.
    pub fn is_file_partial(&self) -> bool {
        self.params.is_partial
    }

    /// Whether the parameter `name` says yes, in any spelling that clients send.
    pub fn is_set(&self, name: &str) -> bool {
        flag(trim(self.param(name))) == Some(true)
    }

    /// Who acts; nobody for an anonymous caller.
    pub fn reader(&self) -> Option<u64> {
        self.uid
    }

    /// The member whom the parameters `id` (a uid) or `name` (a nick) name; the uid wins (section
    /// 7.18).
    pub async fn who(&self, ctx: &Ctx, id: &str, name: &str) -> Result<Who, Error> {
        let (uid, nick) = (trim(self.param(id)), trim(self.param(name)));
        let found = match (uid, nick) {
            ("", "") => return Ok(Who::Unnamed),
            ("", nick) => member::by_nick(ctx, nick).await?,
            (uid, _) => match self::id(uid) {
                Some(uid) => member::by_uid_even_new(ctx, uid)
                    .await?
                    .map(|found| found.uid),
                None => None,
            },
        };
        Ok(found.map_or(Who::Unknown, Who::Member))
    }

    /// A text that is not empty, holds no word of the site's list, and is at most 280 half-widths
    /// wide, checked in this order (section 7.42).
    pub fn text<'b>(&self, text: &'b str, empty: Error, too_long: Error) -> Result<&'b str, Error> {
        let text = trim(text);
        if text.is_empty() {
            return Err(empty);
        }
        if self.is_sensitive(text) {
            return Err(Error::Sensitive);
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

/// Whom a call names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The call names nobody.
    Unnamed,
    /// There is no such member.
    Unknown,
    /// The member with this uid.
    Member(u64),
}

/// A number of the store in a parameter; anything else is nothing's id.
pub fn id(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Ids with commas between them, without blanks.
pub fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(trim).filter(|id| !id.is_empty())
}

/// How many ids a call may name where it names many.
const MAX_IDS: usize = 1_000;

/// Each of `ids` once, in order; 1010005 for more than 1,000.
pub fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Result<Vec<&'a str>, Error> {
    let mut seen = HashSet::new();
    let ids: Vec<&str> = ids.filter(|id| seen.insert(*id)).collect();
    if ids.len() > MAX_IDS {
        return Err(Error::TooLong);
    }
    Ok(ids)
}

/// PHP's `trim`.
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\0', '\u{b}'])
}

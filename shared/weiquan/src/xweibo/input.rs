//! The types of parameters and their rules (xweibo sections 1.6 and 7.18). Reading a parameter
//! never fails, because operations differ in their errors and in the order of them.

use std::collections::HashSet;
use std::str::FromStr;

use weiquan_macros::XweiboInput as Input;

use super::error::Error;
use super::failure;
use super::params::Params;
use super::text::{id, trim};
use super::verified_call::Call;
use crate::Ctx;
use crate::form_data::php::{flag, says_nothing};
use crate::schema::{Failure, FromParam, Kind, Param, Source};
use weiquan_store::id::Uid;
use weiquan_store::members::member;
use weiquan_store::table::slice::Slice;

impl Source for Params {
    type Error = Error;
}

/// A text, trimmed as in PHP; empty if it is missing.
impl<'a> FromParam<'a, Params> for &'a str {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        Ok(trim(params.get(param.name)))
    }
}

/// The same; none if it is missing or empty.
impl<'a> FromParam<'a, Params> for Option<&'a str> {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        let text: &str = FromParam::read(params, param)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

/// Implements types that hold the trimmed text and read it when the operation asks.
macro_rules! trimmed {
    ($($ty:ident: $kind:expr),+ $(,)?) => {
        $(impl<'a> FromParam<'a, Params> for $ty<'a> {
            const KIND: Kind = $kind;

            fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
                FromParam::read(params, param).map(Self)
            }
        })+
    };
}

trimmed! {
    Id: Kind::INT,
    Ids: Kind::List,
    Number: Kind::INT,
    Flag: Kind::FLAG,
    Pid: Kind::TEXT,
    Count: Kind::INT.range(0, 50),
}

/// An id. It may be missing, or be no possible id.
#[derive(Debug, Clone, Copy)]
pub struct Id<'a>(&'a str);

impl Id<'_> {
    /// The id: `missing` if the parameter is empty, `unknown` if it is no possible id.
    pub fn or<T: FromStr>(self, missing: Failure, unknown: Failure) -> Result<T, Failure> {
        match self.0 {
            "" => Err(missing),
            text => id(text).ok_or(unknown),
        }
    }

    /// The id, if it is a possible one.
    pub fn get<T: FromStr>(self) -> Option<T> {
        id(self.0)
    }

    /// Whether the parameter is missing or empty.
    pub fn is_missing(self) -> bool {
        self.0.is_empty()
    }
}

/// Ids, separated by commas.
#[derive(Debug, Clone, Copy)]
pub struct Ids<'a>(pub &'a str);

/// How many ids a call may name in a list.
const MAX_IDS: usize = 1_000;

impl<'a> Ids<'a> {
    /// All of them, without blanks.
    pub fn all(self) -> impl Iterator<Item = &'a str> {
        self.0.split(',').map(trim).filter(|id| !id.is_empty())
    }

    /// Each of them for which `is_id` holds, once and in order; 1010005 for more than 1,000.
    pub fn distinct(self, is_id: impl Fn(&str) -> bool) -> Result<Vec<&'a str>, Failure> {
        let mut seen = HashSet::new();
        let ids = self.all().filter(|id| is_id(id) && seen.insert(*id));
        let ids: Vec<&str> = ids.collect();
        match ids.len() {
            0..=MAX_IDS => Ok(ids),
            _ => Err(failure::TOO_LONG),
        }
    }
}

/// The same, whatever the case of the parameter's name.
#[derive(Debug, Clone, Copy)]
pub struct OfAnyCase<T>(pub T);

impl<'a> FromParam<'a, Params> for OfAnyCase<Ids<'a>> {
    const KIND: Kind = Kind::List;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        let own = |(own, _): &(&String, &String)| own.eq_ignore_ascii_case(param.name);
        let found = params.texts.iter().find(own);
        Ok(Self(Ids(found.map_or("", |(_, value)| value))))
    }
}

/// A whole number.
#[derive(Debug, Clone, Copy)]
pub struct Number<'a>(&'a str);

impl Number<'_> {
    /// The number; 0 if it is negative, nothing if it is missing, 1010002 if it is no number.
    pub fn get(self) -> Result<Option<u64>, Failure> {
        let digits = self.0.strip_prefix('-').unwrap_or(self.0);
        match digits.bytes().all(|b| b.is_ascii_digit()) {
            true if self.0.is_empty() => Ok(None),
            true if digits.is_empty() => Err(failure::NOT_NUMBER),
            true if self.0.starts_with('-') => Ok(Some(0)),
            // Numbers that do not fit lead to nothing either.
            true => Ok(Some(digits.parse().unwrap_or(u64::MAX))),
            false => Err(failure::NOT_NUMBER),
        }
    }
}

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

/// Yes or no, in any spelling that clients send.
#[derive(Debug, Clone, Copy)]
pub struct Flag<'a>(&'a str);

impl Flag<'_> {
    /// Whether it says yes.
    pub fn is_set(self) -> bool {
        flag(self.0) == Some(true)
    }

    /// The value; nothing if it is missing, 2010001 if it is neither yes nor no.
    pub fn get(self) -> Result<Option<bool>, Failure> {
        match self.0 {
            text if says_nothing(text) => Ok(None),
            text => flag(text).map(Some).ok_or(failure::NO_SUCH_OPTION),
        }
    }
}

/// The avatar size that an answer shows; 2 is the larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvatarSize {
    /// 30 pixels.
    Small,
    /// 50 pixels.
    Large,
}

impl AvatarSize {
    /// The side of the square, in pixels.
    pub(super) fn pixels(self) -> u32 {
        match self {
            Self::Small => 30,
            Self::Large => 50,
        }
    }
}

impl FromParam<'_, Params> for AvatarSize {
    const KIND: Kind = Kind::INT;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        Ok(match trim(params.get(param.name)) {
            "2" => Self::Large,
            _ => Self::Small,
        })
    }
}

/// A file of a multipart form.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its bytes, which may be empty; none if its field is missing.
    pub bytes: Option<&'a [u8]>,
    /// Whether it is incomplete.
    pub is_partial: bool,
    /// The parameter as a text, for callers that send no file.
    pub text: &'a str,
}

impl<'a> FromParam<'a, Params> for File<'a> {
    const KIND: Kind = Kind::File;

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        Ok(Self {
            bytes: params.file.as_deref(),
            is_partial: params.is_partial,
            text: params.get(param.name),
        })
    }
}

/// How a form with a file asks for a page as its answer.
#[derive(Input)]
pub struct Framed<'a> {
    /// A function, such as `parent.done`: the answer becomes a page that calls it; read from the address first.
    #[param(name = "callback")]
    _callback: &'a str,
}

/// How many items a list has by default, and at most.
const COUNT: u64 = 20;
const MAX_COUNT: u64 = 50;

/// How many items of a list a caller asks for.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a>(Number<'a>);

impl Count<'_> {
    /// The number that was sent, at most 50; nothing if it is missing or not above 0, 1010002 if it is no number.
    pub fn asked(self) -> Result<Option<u64>, Failure> {
        let count = self.0.get()?.filter(|count| *count > 0);
        Ok(count.map(|count| count.min(MAX_COUNT)))
    }

    /// The same, with 20 as the default.
    pub fn get(self) -> Result<usize, Failure> {
        let count = self.asked()?.unwrap_or(COUNT);
        Ok(usize::try_from(count).unwrap_or_default())
    }
}

/// The part of a list of weibos.
#[derive(Input)]
pub struct Window<'a> {
    /// Only ids above this one.
    since_id: Number<'a>,
    /// Only ids up to this one.
    max_id: Number<'a>,
    /// How many, at most 50; 20 by default and for 0.
    pub count: Count<'a>,
}

impl Window<'_> {
    /// The slice; 1010002 if one of the three is no number.
    pub fn slice(&self) -> Result<Slice, Failure> {
        let (since, max) = (self.since_id.get()?, self.max_id.get()?);
        Ok(Slice::new(since, max, self.count.get()?))
    }
}

/// The member that a call names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The call names no member.
    Unnamed,
    /// There is no such member.
    Unknown,
    /// The member with this uid.
    Member(Uid),
}

impl Who {
    /// The member with the uid `id` or the nick `name`; the uid wins (section 7.18).
    pub async fn find(ctx: &Ctx, id: Id<'_>, name: &str) -> Result<Self, Error> {
        let found = match (id.is_missing(), name) {
            (true, "") => return Ok(Self::Unnamed),
            (true, nick) => member::by_nick(&ctx.store, nick).await?,
            (false, _) => match id.get() {
                Some(uid) => member::by_uid_even_new(&ctx.store, uid)
                    .await?
                    .map(|found| found.uid),
                None => None,
            },
        };
        Ok(found.map_or(Self::Unknown, Self::Member))
    }
}

/// The member whose list is asked for.
#[derive(Input)]
pub struct MemberOrCaller<'a> {
    /// The member's uid; the caller by default.
    id: Id<'a>,
    /// The same, as some clients call it.
    uid: Id<'a>,
    /// The member's nick, where there is no `id`.
    name: &'a str,
}

impl MemberOrCaller<'_> {
    /// The uid of that member, by default the caller's; 1021600 if there is no such member.
    pub async fn find(&self, ctx: &Ctx, call: &Call<'_>) -> Result<Uid, Error> {
        let id = if self.id.is_missing() {
            self.uid
        } else {
            self.id
        };
        match Who::find(ctx, id, self.name).await? {
            Who::Unnamed => call.uid(),
            Who::Unknown => Err(failure::NO_MEMBER.into()),
            Who::Member(uid) => Ok(uid),
        }
    }
}

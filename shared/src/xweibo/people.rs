//! Lists of members, which the document lacks.

use serde::Serialize;

use super::{AuthorShape, Call, Error, Param, Who, trim};
use crate::form::php::{flag, says_nothing};
use crate::store::member::{self, Gender, Member};
use crate::store::relation::{self, Counts, List};
use crate::{Ctx, example};

/// Whom an operation is about: see [`Call::who`].
pub const MEMBER_ID: Param = Param {
    name: "id",
    words: "the member's uid",
    example: Some(example::MEMBER),
};
/// See [`Call::who_or_self`].
pub const MEMBER_OR_SELF_ID: Param = Param {
    name: "id",
    words: "the member's uid, also as `uid`; the caller by default",
    example: None,
};
/// See [`MEMBER_ID`].
pub const MEMBER_NAME: Param = Param {
    name: "name",
    words: "the member's nick, where there is no `id`",
    example: None,
};

/// The parameters of [`Call::cursor`] beside `count`.
pub const CURSOR: Param = Param {
    name: "cursor",
    words: "where to go on: `next_cursor` of the last answer",
    example: None,
};

impl Call<'_> {
    /// Where a list goes on: what `cursor` says; 1010002 where it is no number.
    pub fn cursor(&self) -> Result<Option<u64>, Error> {
        self.number("cursor")
    }

    /// The member whom `id`, `uid` or `name` names, the caller by default; 1021600 for nobody.
    pub async fn who_or_self(&self, ctx: &Ctx) -> Result<u64, Error> {
        let id = match trim(self.param("id")) {
            "" => "uid",
            _ => "id",
        };
        match self.who(ctx, id, "name").await? {
            Who::Unnamed => self.uid(),
            Who::Unknown => Err(Error::NoMember),
            Who::Member(uid) => Ok(uid),
        }
    }

    /// The settings 0 and 1 of parameters; 2010001 for anything else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        match trim(self.param(name)) {
            text if says_nothing(text) => Ok(None),
            text => flag(text).map(Some).ok_or(Error::NoSuchOption),
        }
    }
}

/// A member of a list.
#[derive(Debug, Serialize)]
struct User {
    #[serde(flatten)]
    shown: AuthorShape,
    gender: &'static str,
    province: String,
    city: String,
    description: String,
    fans: u64,
    follows: u64,
}

impl User {
    fn new(ctx: &Ctx, member: &Member, counts: Counts) -> Self {
        Self {
            shown: AuthorShape::new(ctx, member),
            gender: match member.gender {
                Some(Gender::Male) => "m",
                Some(Gender::Female) => "f",
                None => "n",
            },
            province: member
                .province
                .map(|code| code.to_string())
                .unwrap_or_default(),
            city: member.city.map(|code| code.to_string()).unwrap_or_default(),
            description: member.description.clone(),
            fans: counts.fans,
            follows: counts.follows,
        }
    }
}

/// `rst` of a list of members.
#[derive(Debug, Serialize)]
pub struct UserList {
    data: Vec<User>,
    next_cursor: String,
    total: u64,
}

impl UserList {
    /// The page that a call asks for of a list of the member whom it names.
    pub async fn of(ctx: &Ctx, call: &Call<'_>, list: List) -> Result<Self, Error> {
        let (after, count) = (call.cursor()?, call.count()?);
        let uid = call.who_or_self(ctx).await?;
        let after = after.unwrap_or(0).min(crate::ids::LAST_ID);
        let (page, own) = futures_util::join!(
            relation::page(ctx, uid, list, after, count),
            relation::counts_of(ctx, uid),
        );
        let (uids, next) = page?;
        let own = own?;
        let (members, counts) = futures_util::join!(
            member::authors(ctx, uids.iter().copied()),
            relation::counts(ctx, &uids),
        );
        let (members, counts) = (members?, counts?);
        let users = uids.iter().filter_map(|uid| {
            let counts = counts.get(uid).copied().unwrap_or_default();
            Some(User::new(ctx, members.get(uid)?, counts))
        });
        Ok(Self {
            data: users.collect(),
            next_cursor: next.map(|next| next.to_string()).unwrap_or_default(),
            total: match list {
                List::Fans => own.fans,
                List::Follows => own.follows,
            },
        })
    }
}

//! Lists of members. The document has no description of them.

use serde::Serialize;

use weiquan_macros::XweiboInput as Input;

use super::error::Error;
use super::input::{Count, MemberOrCaller, Number};
use super::shape::AuthorShape;
use super::verified_call::Call;
use crate::Ctx;
use crate::schema::Answer;
use weiquan_store::id::Uid;
use weiquan_store::ids::LAST_ID;
use weiquan_store::members::member::{self, Gender, Member};
use weiquan_store::people::relation::{self, Counts, List, ListFrom};

/// What a list of members is asked for.
#[derive(Input)]
pub struct UserListInput<'a> {
    #[param(flatten)]
    member: MemberOrCaller<'a>,
    /// Where to go on: `next_cursor` of the last answer.
    cursor: Number<'a>,
    /// How many, at most 50; 20 by default and for 0.
    count: Count<'a>,
}

/// A member of a list.
#[derive(Debug, Serialize, Answer)]
struct User {
    #[serde(flatten)]
    shown: AuthorShape,
    /// `m`, `f`, or `n` where it is not known.
    gender: &'static str,
    /// Sina's code of the province; empty where it is not known.
    province: String,
    /// Sina's code of the city; empty where it is not known.
    city: String,
    /// What the member says of themselves.
    description: String,
    /// How many fans the member has.
    fans: u64,
    /// How many members the member follows.
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
#[derive(Debug, Serialize, Answer)]
pub struct UserList {
    /// The members, in order.
    data: Vec<User>,
    /// The `cursor` of the next page; empty on the last one.
    next_cursor: String,
    /// How many there are in all.
    total: u64,
}

impl UserList {
    /// The page that a call asks for, from a list of the member that it names.
    pub async fn of(
        ctx: &Ctx,
        call: &Call<'_>,
        input: &UserListInput<'_>,
        list: List,
    ) -> Result<Self, Error> {
        let (after, count) = (input.cursor.get()?, input.count.get()?);
        let of = input.member.find(ctx, call).await?;
        let after = Uid::new(after.unwrap_or(0).min(LAST_ID));
        let (page, own) = futures_util::join!(
            relation::page(&ctx.store, list, ListFrom { of, after }, count),
            relation::counts_of(&ctx.store, of),
        );
        let (uids, next) = page?;
        let own = own?;
        let (members, counts) = futures_util::join!(
            member::authors(&ctx.store, uids.iter().copied()),
            relation::counts(&ctx.store, &uids),
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

//! `saveProfile`: changes what the caller is known by (xweibo sections 5.4.2 and 7.19).

use shared::Ctx;
use shared::store::Refusal;
use shared::store::member::{self, Gender, NICK_WIDTH, Taken, is_nick};
use shared::text::{composed, weibo_width};
use shared::xweibo::{Call, Error, Operation, Param, answer, trim};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "saveProfile",
    aliases: &[],
    words: "changes the caller's profile; what is empty stays",
    get: false,
    speaks: true,
    params: &[
        Param {
            name: "nick",
            words: "the nick, at most 40 half-widths",
            example: Some("小白"),
        },
        Param {
            name: "gender",
            words: "m or f",
            example: None,
        },
        Param {
            name: "province",
            words: "Sina's code of the province",
            example: None,
        },
        Param {
            name: "city",
            words: "Sina's code of the city",
            example: None,
        },
        Param {
            name: "description",
            words: "what the caller says, at most 140 half-widths",
            example: Some("爱微博"),
        },
    ],
    file: None,
    errors: &[
        Error::EmptyParameter,
        Error::Sensitive,
        Error::TooLong,
        Error::DescriptionTooLong,
        Error::NickInvalid,
        Error::GenderInvalid,
        Error::NotNumber,
        Error::NickTaken,
    ],
    handle: |ctx, call| answer(handle(ctx, call)),
};

/// How wide a description may be, in half-widths; and how long, in bytes.
const DESCRIPTION_WIDTH: usize = 140;
const DESCRIPTION_BYTES: usize = 1024;

/// What is to be changed.
struct Profile<'a> {
    nick: Option<String>,
    gender: Option<Gender>,
    province: Option<u16>,
    city: Option<u16>,
    description: Option<&'a str>,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let profile = profile(&call)?;
    let changed = member::change(ctx, uid, |member| {
        if let Some(nick) = &profile.nick {
            member.nick.clone_from(nick);
        }
        member.gender = profile.gender.or(member.gender);
        member.province = profile.province.or(member.province);
        member.city = profile.city.or(member.city);
        if let Some(description) = profile.description {
            member.description = description.to_owned();
        }
    })
    .await;
    match changed {
        Ok(_) => Ok(true),
        Err(Refusal::Condition(Taken::Nick)) => Err(Error::NickTaken),
        Err(Refusal::Condition(_)) => Err(Error::NotBound),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

fn profile<'a>(call: &'a Call<'_>) -> Result<Profile<'a>, Error> {
    let given = |name| Some(trim(call.param(name))).filter(|text| !text.is_empty());
    let names = ["nick", "gender", "province", "city", "description"];
    if names.iter().all(|name| given(name).is_none()) {
        return Err(Error::EmptyParameter);
    }
    let (nick, description) = (given("nick").map(composed), given("description"));
    if [nick.as_deref(), description]
        .into_iter()
        .flatten()
        .any(|text| call.is_sensitive(text))
    {
        return Err(Error::Sensitive);
    }
    let is_long =
        |text: &str| weibo_width(text) > DESCRIPTION_WIDTH || text.len() > DESCRIPTION_BYTES;
    if nick
        .as_deref()
        .is_some_and(|nick| weibo_width(nick) > NICK_WIDTH)
    {
        return Err(Error::TooLong);
    }
    if description.is_some_and(is_long) {
        return Err(Error::DescriptionTooLong);
    }
    if nick.as_deref().is_some_and(|nick| !is_nick(nick)) {
        return Err(Error::NickInvalid);
    }
    let gender = match given("gender") {
        None => None,
        Some("m") => Some(Gender::Male),
        Some("f") => Some(Gender::Female),
        Some(_) => return Err(Error::GenderInvalid),
    };
    Ok(Profile {
        nick,
        gender,
        province: given("province").map(code).transpose()?,
        city: given("city").map(code).transpose()?,
        description,
    })
}

/// One of Sina's codes of places, which have at most four digits.
fn code(text: &str) -> Result<u16, Error> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::NotNumber);
    }
    let code = text.parse().ok().filter(|_| text.len() <= 4);
    code.ok_or(Error::TooLong)
}

//! `saveProfile` (xweibo sections 5.4.2 and 7.19).

use weiquan::Ctx;
use weiquan::schema::{FromParam, Kind, Param};
use weiquan::xweibo::failure::{EMPTY_PARAMETER, NOT_NUMBER, SENSITIVE, TOO_LONG};
use weiquan::xweibo::{Call, Error, Failure, Input, Operation, Params, operation};
use weiquan_store::members::member::{self, Gender, NICK_WIDTH, NotChanged, is_nick};
use weiquan_store::unicode::{composed, weibo_width};

/// The operation.
pub static OPERATION: Operation = Operation {
    speaks: true,
    failures: &[
        EMPTY_PARAMETER,
        SENSITIVE,
        TOO_LONG,
        DESCRIPTION_TOO_LONG,
        BAD_NICK,
        BAD_GENDER,
        NOT_NUMBER,
        NICK_TAKEN,
    ],
    ..operation!(
        "saveProfile",
        "changes the caller's profile; what is empty stays",
        Input<'_> => bool,
        handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The nick, at most 40 half-widths.
    #[param(example = "小白")]
    nick: Option<&'a str>,
    /// m or f.
    gender: Option<&'a str>,
    /// Sina's code of the province.
    province: Code<'a>,
    /// Sina's code of the city.
    city: Code<'a>,
    /// The caller's description, at most 140 half-widths.
    #[param(example = "爱微博")]
    description: Option<&'a str>,
}

const DESCRIPTION_TOO_LONG: Failure = Failure::new(
    1_020_104,
    "Parameter length exceeds limit",
    "`description` is too long",
);
const NICK_TAKEN: Failure = Failure::new(1_021_300, "40028:M01129", "the nick is another member's");
const BAD_NICK: Failure = Failure::new(
    1_021_301,
    "昵称格式不正确",
    "`nick` holds other characters than letters, digits, `_` and `-`",
);
const BAD_GENDER: Failure = Failure::new(2_010_004, "", "`gender` is neither `m` nor `f`");

/// One of Sina's codes of places. They have at most four digits.
struct Code<'a>(Option<&'a str>);

impl<'a> FromParam<'a, Params> for Code<'a> {
    const KIND: Kind = Kind::INT.range(0, 9_999);

    fn read(params: &'a Params, param: &Param) -> Result<Self, Error> {
        FromParam::read(params, param).map(Self)
    }
}

impl Code<'_> {
    fn get(&self) -> Result<Option<u16>, Failure> {
        match self.0 {
            None => Ok(None),
            Some(text) if !text.bytes().all(|b| b.is_ascii_digit()) => Err(NOT_NUMBER),
            Some(text) if text.len() > 4 => Err(TOO_LONG),
            Some(text) => text.parse().map(Some).map_err(|_long| TOO_LONG),
        }
    }
}

/// How wide a description may be, in half-widths, and how long, in bytes.
const DESCRIPTION_WIDTH: usize = 140;
const DESCRIPTION_BYTES: usize = 1024;

/// The changes to make.
struct Profile<'a> {
    nick: Option<String>,
    gender: Option<Gender>,
    province: Option<u16>,
    city: Option<u16>,
    description: Option<&'a str>,
}

async fn handle(ctx: &Ctx, call: Call<'_>, input: Input<'_>) -> Result<bool, Error> {
    let uid = call.uid()?;
    let profile = profile(&call, &input)?;
    let changed = member::change(&ctx.store, uid, |member| {
        if let Some(nick) = &profile.nick {
            member.nick.clone_from(nick);
        }
        member.gender = profile.gender.or(member.gender);
        member.province = profile.province.or(member.province);
        member.city = profile.city.or(member.city);
        if let Some(description) = profile.description {
            member.description = description.to_owned();
        }
    });
    match changed.await? {
        Ok(_) => Ok(true),
        Err(NotChanged::Taken(_)) => Err(NICK_TAKEN.into()),
        Err(NotChanged::NoMember) => Err(Error::NotBound),
    }
}

fn profile<'a>(call: &Call<'_>, input: &Input<'a>) -> Result<Profile<'a>, Failure> {
    if let Input {
        nick: None,
        gender: None,
        province: Code(None),
        city: Code(None),
        description: None,
    } = input
    {
        return Err(EMPTY_PARAMETER);
    }
    let (nick, description) = (input.nick.map(composed), input.description);
    let is_sensitive = |text: &str| call.is_sensitive(text);
    if nick.as_deref().is_some_and(is_sensitive) || description.is_some_and(is_sensitive) {
        return Err(SENSITIVE);
    }
    let is_long =
        |text: &str| weibo_width(text) > DESCRIPTION_WIDTH || text.len() > DESCRIPTION_BYTES;
    if nick
        .as_deref()
        .is_some_and(|nick| weibo_width(nick) > NICK_WIDTH)
    {
        return Err(TOO_LONG);
    }
    if description.is_some_and(is_long) {
        return Err(DESCRIPTION_TOO_LONG);
    }
    if nick.as_deref().is_some_and(|nick| !is_nick(nick)) {
        return Err(BAD_NICK);
    }
    let gender = match input.gender {
        None => None,
        Some("m") => Some(Gender::Male),
        Some("f") => Some(Gender::Female),
        Some(_) => return Err(BAD_GENDER),
    };
    Ok(Profile {
        nick,
        gender,
        province: input.province.get()?,
        city: input.city.get()?,
        description,
    })
}

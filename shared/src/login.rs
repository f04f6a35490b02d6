//! Proving who one is by name and password, and being logged in: the same for every family.

use jiff::Timestamp;

use crate::Ctx;
use crate::password;
use crate::store::account::{self, Changed, NewLogin};
use crate::store::attempts;
use crate::store::member::{self, MAX_USERNAME, Member};
use crate::store::session::{self, Realm};
use crate::store::{Error, Refusal};

/// Why nobody was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nobody has that name.
    Unknown,
    /// The password is wrong, or the member is banned.
    Wrong,
    /// Ten attempts with that name have failed within a minute.
    TooMany,
}

/// The member with this name and password; `md5` as OkayAPI's clients send it. Takes the same reads and
/// one hash whatever comes of it, unless there were too many attempts or nobody can have such a name.
pub async fn member(
    ctx: &Ctx,
    username: &str,
    md5: &str,
) -> Result<Result<Member, Failure>, Error> {
    if !(1..=MAX_USERNAME).contains(&username.chars().count()) {
        return Ok(Err(Failure::Unknown));
    }
    let Some(attempt) = attempts::begin(ctx, username).await? else {
        return Ok(Err(Failure::TooMany));
    };
    let member = member::by_username_or_nobody(ctx, username).await?;
    let stored = member
        .as_ref()
        .and_then(|member| member.password.as_deref());
    let is_right = password::is(ctx, md5, stored)?;
    let failure = match &member {
        Some(_) => Failure::Wrong,
        None => Failure::Unknown,
    };
    match member.filter(|member| is_right && !member.banned) {
        Some(member) => {
            attempt.succeeded(ctx).await?;
            Ok(Ok(member))
        }
        None => {
            attempt.failed(ctx).await?;
            Ok(Err(failure))
        }
    }
}

/// Logs the member with this name and password in, until `expires_at`; gives the new session's token.
pub async fn open(
    ctx: &Ctx,
    (username, md5): (&str, &str),
    realm: Realm,
    expires_at: Timestamp,
    keep_others: bool,
) -> Result<Result<(Member, String), Failure>, Error> {
    loop {
        let member = match self::member(ctx, username, md5).await? {
            Ok(member) => member,
            Err(failure) => return Ok(Err(failure)),
        };
        let token = session::new_token(ctx);
        let login = NewLogin {
            token: &token,
            realm,
            expires_at,
            keep_others,
        };
        match account::log_in(ctx, &member, &login).await {
            Ok(()) => return Ok(Ok((member, token))),
            // The password may be another by now.
            Err(Refusal::Condition(Changed)) => {}
            Err(Refusal::Store(error)) => return Err(error),
        }
    }
}

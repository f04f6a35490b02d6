//! Proving who one is by name and password: the same for every family.

use crate::Ctx;
use crate::password;
use crate::store::Error;
use crate::store::attempts;
use crate::store::member::{self, Member};

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
/// one hash whatever comes of it, unless there were too many attempts.
pub async fn member(
    ctx: &Ctx,
    username: &str,
    md5: &str,
) -> Result<Result<Member, Failure>, Error> {
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

//! Login by name and password. It is the same for every family.

use jiff::Timestamp;

use crate::password::{self, Outcome};
use crate::{Ctx, Fault};
use weiquan_store::id::TokenHash;
use weiquan_store::members::account::{self, NewLogin};
use weiquan_store::members::attempts::{self, Source, Standing};
use weiquan_store::members::member::{self, MAX_USERNAME, Member};
use weiquan_store::members::session::{self, Realm, Session};
use weiquan_store::network::Network;
use weiquan_store::table::Consistency;

/// Why the login failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No member has that name.
    Unknown,
    /// The password is wrong, or the member is banned.
    Wrong,
    /// Too many attempts with that name, or from that address, have failed within a minute.
    TooMany,
}

/// The identity that a caller claims, and the source of the call.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The name.
    pub username: &'a str,
    /// The MD5 of the password, as OkayAPI's clients send it: hex digits in either case.
    pub md5: &'a str,
    /// The caller's network.
    pub network: Option<Network>,
    /// A live login that the caller has, and its token.
    pub login: Option<(&'a Session, &'a str)>,
}

/// The member with this name and password. Always makes the same reads and hashes, unless there
/// were too many attempts or no member can have such a name.
pub async fn member(ctx: &Ctx, claim: Claim<'_>) -> Result<Result<Member, Failure>, Fault> {
    let username = claim.username;
    if !(1..=MAX_USERNAME).contains(&username.chars().count()) {
        return Ok(Err(Failure::Unknown));
    }
    let mut source = Source {
        network: claim.network,
        login: None,
    };
    let (uid, standing) = futures_util::join!(
        Box::pin(member::uid_or_nobodys(&ctx.store, username)),
        Box::pin(attempts::standing(&ctx.store, username, source))
    );
    let (uid, mut standing) = (uid?, standing?);
    let own = claim.login.filter(|(session, _)| session.uid == uid);
    let hash = own.map(|(_, token)| TokenHash::of(token));
    if let (Some(hash), Standing::Stranger) = (&hash, &standing) {
        source.login = Some(hash);
        standing = Box::pin(attempts::standing(&ctx.store, username, source)).await?;
    }
    let (attempt, member) = futures_util::join!(
        Box::pin(attempts::begin(&ctx.store, username, source, standing)),
        Box::pin(member::by_uid(&ctx.store, uid, Consistency::Strong))
    );
    let (attempt, member) = (attempt?, member?);
    let Some(attempt) = attempt else {
        return Ok(Err(Failure::TooMany));
    };
    let stored = member
        .as_ref()
        .and_then(|member| member.password.as_deref());
    let outcome = password::compare(ctx, claim.md5, stored)?;
    let failure = match &member {
        Some(_) => Failure::Wrong,
        None => Failure::Unknown,
    };
    match member.filter(|member| outcome != Outcome::Wrong && !member.banned) {
        Some(member) => {
            Box::pin(attempt.succeeded(&ctx.store)).await?;
            match outcome {
                Outcome::Outdated => Box::pin(hashed_anew(ctx, member, claim.md5)).await.map(Ok),
                _ => Ok(Ok(member)),
            }
        }
        None => {
            Box::pin(attempt.failed(&ctx.store)).await?;
            Ok(Err(failure))
        }
    }
}

/// The member with a new hash of `md5`, which matches the digits in either case.
async fn hashed_anew(ctx: &Ctx, old: Member, md5: &str) -> Result<Member, Fault> {
    let mut new = old.clone();
    new.password = Some(password::hash(ctx, md5)?);
    new.revision = old.revision + 1;
    let is_replaced = member::replace(&ctx.store, &old, &new).await?.is_ok();
    // Otherwise another login does it.
    Ok(if is_replaced { new } else { old })
}

/// Logs in the member with this name and password, until `expires_at`. Returns the new session's token.
pub async fn open(
    ctx: &Ctx,
    claim: Claim<'_>,
    realm: Realm,
    expires_at: Timestamp,
    keep_others: bool,
) -> Result<Result<(Member, String), Failure>, Fault> {
    loop {
        let member = match self::member(ctx, claim).await? {
            Ok(member) => member,
            Err(failure) => return Ok(Err(failure)),
        };
        let token = session::new_token(&ctx.store);
        let login = NewLogin {
            token: &token,
            realm,
            expires_at,
            keep_others,
        };
        // If the member has changed, the password may have changed, too.
        if let Ok(()) = account::log_in(&ctx.store, &member, &login).await? {
            return Ok(Ok((member, token)));
        }
    }
}

//! Logins. A token is shown once and kept as its SHA-256. `account` makes them.

use serde::{Deserialize, Serialize};

use super::keys;
use super::table::{self, Consistency, Error};
use crate::Ctx;
use crate::secret::{hex, sha256_hex};

/// How long a session lives unless its maker says otherwise, in days (okayapi section 9b).
pub const DAYS: u32 = 30;

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The member.
    pub uid: u64,
    /// The member on OkayAPI.
    pub uuid: String,
    /// When it ends, in seconds since 1970; DynamoDB removes it some time later.
    pub expires_at: i64,
}

/// A new token: 64 upper-case hex digits.
pub fn new_token(ctx: &Ctx) -> String {
    hex(&ctx.ids.bytes::<32>()).to_uppercase()
}

/// The live session of `uuid` with `token`, read strongly consistent: a logout counts at once.
pub async fn find(ctx: &Ctx, uuid: &str, token: &str) -> Result<Option<Session>, Error> {
    let key = keys::session(uuid, &sha256_hex(token));
    let session = table::get::<Session>(ctx, &key, Consistency::Strong).await?;
    Ok(session.filter(|session| session.expires_at > ctx.now().as_second()))
}

/// Ends a session; says whether there was one.
pub async fn revoke(ctx: &Ctx, uuid: &str, token: &str) -> Result<bool, Error> {
    let key = keys::session(uuid, &sha256_hex(token));
    let gone = table::delete(ctx, &key, Some("attribute_exists(PK)")).await?;
    Ok(gone == table::Written::Yes)
}

//! Logins. A token is shown once and stored as its SHA-256. `account` creates them.

use serde::{Deserialize, Serialize};

use crate::digest::hex;
use crate::id::{TokenHash, Uid, Uuid};
use crate::table::{self, Consistency, Error, Transaction, when};
use crate::{Store, keys};

/// Where a login is valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Realm {
    /// OkayAPI.
    #[default]
    Api,
    /// The pages that members see.
    Pages,
}

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The member.
    pub uid: Uid,
    /// The member's id on OkayAPI.
    pub uuid: Uuid,
    /// Where it is valid.
    #[serde(default)]
    pub realm: Realm,
    /// When it expires, in seconds since 1970. DynamoDB removes it some time later.
    pub expires_at: i64,
}

/// A new token: 64 upper-case hex digits.
pub fn new_token(store: &Store) -> String {
    hex(&store.ids().bytes::<32>()).to_uppercase()
}

/// The live session of `uuid` with `token` in `realm`. It is read with strong consistency, so a
/// logout takes effect at once.
pub async fn find(
    store: &Store,
    realm: Realm,
    uuid: &Uuid,
    token: &str,
) -> Result<Option<Session>, Error> {
    let key = keys::session(uuid, &TokenHash::of(token));
    let session = table::get::<Session>(store, &key, Consistency::Strong).await?;
    let now = store.now().as_second();
    Ok(session.filter(|session| session.realm == realm && session.expires_at > now))
}

/// Ends a session. Returns whether there was one.
pub async fn revoke(store: &Store, uuid: &Uuid, token: &str) -> Result<bool, Error> {
    let key = keys::session(uuid, &TokenHash::of(token));
    let gone = table::delete(store, &key, Some("attribute_exists(PK)")).await?;
    Ok(gone == table::Written::Yes)
}

/// The same, but the result is correct even if the first answer is lost. Costs twice as much.
pub async fn revoke_exactly(store: &Store, uuid: &Uuid, token: &str) -> Result<bool, Error> {
    let key = keys::session(uuid, &TokenHash::of(token));
    // A transaction, because its token distinguishes a repeated try of the same call from a second one.
    let gone = Transaction::new(store).delete(&key, Some(when("attribute_exists(PK)", ())));
    gone.commit_if().await
}

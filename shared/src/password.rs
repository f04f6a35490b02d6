//! Passwords at rest. Clients send the MD5 of what was typed (okayapi section 7.3); the table keeps
//! the argon2id hash of that.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use crate::Ctx;
use crate::store::Error;

/// The hash of a password's MD5 (32 lower-case hex digits), with a new salt.
pub async fn hash(ctx: &Ctx, md5: &str) -> Result<String, Error> {
    let salt: [u8; 16] = ctx.ids.bytes();
    let md5 = md5.to_owned();
    aside(move || {
        Argon2::default()
            .hash_password_with_salt(md5.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|e| Error::new(format!("argon2: {e}")))
    })
    .await
}

/// Whether `stored` is the hash of `md5`. Without a stored hash it is not, after the same time.
pub async fn is(ctx: &Ctx, md5: &str, stored: Option<&str>) -> Result<bool, Error> {
    let Some(stored) = stored.map(str::to_owned) else {
        return hash(ctx, md5).await.map(|_| false);
    };
    let md5 = md5.to_owned();
    aside(move || {
        let stored = PasswordHash::new(&stored).map_err(|e| Error::new(format!("argon2: {e}")))?;
        Ok(Argon2::default()
            .verify_password(md5.as_bytes(), &stored)
            .is_ok())
    })
    .await
}

/// Hashing takes tens of milliseconds of a core: other requests of the process go on meanwhile.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(e) => Err(Error::new(format!("argon2: {e}"))),
    }
}

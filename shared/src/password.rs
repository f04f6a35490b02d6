//! Passwords at rest. Clients send the MD5 of what was typed (okayapi section 7.3); the table keeps
//! the argon2id hash of that.
//!
//! Hashing takes tens of milliseconds of a core and 19 MiB. In a function it runs where it is called: it
//! has one request at a time, and on further threads each would keep its own 19 MiB.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use crate::Ctx;
use crate::store::Error;

/// The hash of a password's MD5 (32 lower-case hex digits), with a new salt.
pub fn hash(ctx: &Ctx, md5: &str) -> Result<String, Error> {
    let salt: [u8; 16] = ctx.ids.bytes();
    let hashed = ctx.heavy(|| Argon2::default().hash_password_with_salt(md5.as_bytes(), &salt));
    hashed
        .map(|hash| hash.to_string())
        .map_err(|e| Error::new(format!("argon2: {e}")))
}

/// Whether `stored` is the hash of `md5`. Without a stored hash it is not, after the same time.
pub fn is(ctx: &Ctx, md5: &str, stored: Option<&str>) -> Result<bool, Error> {
    let Some(stored) = stored else {
        return hash(ctx, md5).map(|_| false);
    };
    let stored = PasswordHash::new(stored).map_err(|e| Error::new(format!("argon2: {e}")))?;
    let verified = ctx.heavy(|| Argon2::default().verify_password(md5.as_bytes(), &stored));
    Ok(verified.is_ok())
}

//! Passwords at rest. Clients send the MD5 of what was typed (okayapi section 7.3); the table keeps
//! the argon2id hash of that.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;

use crate::Ctx;
use crate::store::Error;

/// The hash of a password's MD5 (32 lower-case hex digits), with a new salt.
pub fn hash(ctx: &Ctx, md5: &str) -> Result<String, Error> {
    let salt: [u8; 16] = ctx.ids.bytes();
    Argon2::default()
        .hash_password_with_salt(md5.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|e| Error::new(format!("argon2: {e}")))
}

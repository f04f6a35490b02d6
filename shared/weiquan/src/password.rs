//! Stored passwords. Clients send the MD5 of the typed password (okayapi section 7.3). The table stores the
//! argon2id hash of that MD5, with its hex digits in lower case, whatever case a client uses.
//!
//! Hashing takes tens of milliseconds of a core and 19 MiB. In a function it runs on the calling thread: a function
//! has one request at a time, and each further thread would keep its own 19 MiB.

use std::borrow::Cow;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use crate::{Ctx, Fault};

/// The result of comparing a password with a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The password is wrong, or there is no stored hash.
    Wrong,
    /// The password is correct.
    Right,
    /// The password is correct, but the hash is of upper-case digits, as the client sent them and
    /// as hashes were once made. It must be made again.
    Outdated,
}

/// Whether two passwords are equal: hex digits in either case.
pub fn same(a: &str, b: &str) -> bool {
    lower(a) == lower(b)
}

/// The hash of a password's MD5 (32 hex digits), with a new salt.
pub fn hash(ctx: &Ctx, md5: &str) -> Result<String, Fault> {
    hash_as_sent(ctx, &lower(md5))
}

/// Compares `md5` with a stored hash. Every wrong password takes the same time: one hash, and a
/// second one if `md5` has upper-case digits.
pub fn compare(ctx: &Ctx, md5: &str, stored: Option<&str>) -> Result<Outcome, Fault> {
    let lower = lower(md5);
    let is_other = lower != md5;
    let Some(stored) = stored else {
        hash_as_sent(ctx, &lower)?;
        if is_other {
            hash_as_sent(ctx, md5)?;
        }
        return Ok(Outcome::Wrong);
    };
    let stored = PasswordHash::new(stored).map_err(|error| Fault::new("argon2", error))?;
    let is = |md5: &str| {
        let verified = ctx.heavy(|| Argon2::default().verify_password(md5.as_bytes(), &stored));
        verified.is_ok()
    };
    Ok(if is(&lower) {
        Outcome::Right
    } else if is_other && is(md5) {
        Outcome::Outdated
    } else {
        Outcome::Wrong
    })
}

/// 32 hex digits in lower case. Any other text is returned as it is.
fn lower(md5: &str) -> Cow<'_, str> {
    let is_digest = md5.len() == 32 && md5.bytes().all(|b| b.is_ascii_hexdigit());
    match is_digest && md5.bytes().any(|b| b.is_ascii_uppercase()) {
        true => Cow::Owned(md5.to_ascii_lowercase()),
        false => Cow::Borrowed(md5),
    }
}

fn hash_as_sent(ctx: &Ctx, md5: &str) -> Result<String, Fault> {
    let salt: [u8; 16] = ctx.store.ids().bytes();
    let hashed = ctx.heavy(|| Argon2::default().hash_password_with_salt(md5.as_bytes(), &salt));
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| Fault::new("argon2", error))
}

//! Digests, and comparisons that take the same time for every result.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Whether two texts are equal. The time depends only on their lengths.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// The MD5 of the parts in order, as 32 lower-case hex digits.
pub fn md5_hex<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part.as_bytes());
    }
    hex(&digest.finalize())
}

/// The SHA-256 of `text`: 32 bytes.
pub fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The SHA-256 of `text`, as 64 lower-case hex digits.
pub fn sha256_hex(text: &str) -> String {
    hex(&sha256(text))
}

/// HMAC-SHA1 of `text` under `key`: 20 bytes.
pub fn hmac_sha1(key: &str, text: &str) -> [u8; 20] {
    let mut mac = keyed::<Hmac<Sha1>>(key);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Whether `tag` is the HMAC-SHA1 of `text` under `key`, in constant time.
pub fn hmac_sha1_is(key: &str, text: &str, tag: &[u8]) -> bool {
    hmac_sha1(key, text).ct_eq(tag).into()
}

/// HMAC-SHA256 of `text` under `key`: 32 bytes.
pub fn hmac_sha256(key: &str, text: &str) -> [u8; 32] {
    let mut mac = keyed::<Hmac<Sha256>>(key);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

fn keyed<M: KeyInit>(key: &str) -> M {
    match M::new_from_slice(key.as_bytes()) {
        Ok(mac) => mac,
        // HMAC takes keys of any length.
        Err(_) => std::process::abort(),
    }
}

/// Lower-case hex digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests() {
        assert_eq!(
            md5_hex(["11Impl", "Api.Add"]),
            "6d35103bff93178d073b185f5e4c32fa"
        );
        assert_eq!(
            sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(hmac_sha1_is("k", "t", &hmac_sha1("k", "t")));
        assert!(!hmac_sha1_is("k", "t", b"short"));
        assert!(same("a", "a") && !same("a", "b") && !same("a", "aa"));
    }
}

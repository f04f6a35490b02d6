//! The vectors of all signatures, as `tests/vectors.json` lists them.
//!
//! Of the encoders those of `encodeURIComponent`, alone and with `+` for blanks, and of `URLSearchParams` were made with
//! Node 20, those of `quote`, `quote_plus` and `urlencode` with Python 3.11, and after it as Python 2 encodes `~`; the
//! others with a few lines of Python.

use std::sync::LazyLock;

use serde::Deserialize;

pub static VECTORS: LazyLock<Vectors> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../vectors.json")).unwrap());

#[derive(Deserialize)]
pub struct Vectors {
    /// Those of okayapi section 1.5.
    pub okay: Vec<Digest>,
    /// `api_sign` of `update` under `ak` and `sk` by the user 10000 at 1300000000, and the same with `k1` as `api_key`.
    pub xweibo: [String; 2],
    /// Published texts with their signatures.
    pub qzone: [Forms; 2],
    pub encoders: Encoders,
}

/// A call of OkayAPI and its `sign`.
#[derive(Deserialize)]
pub struct Digest {
    pub path: String,
    pub params: Vec<(String, String)>,
    pub digest: String,
}

/// A text with its signatures in the forms T, R and F.
#[derive(Deserialize)]
pub struct Forms {
    pub data: String,
    pub t: String,
    pub r: String,
    pub f: String,
}

/// What clients that encode differently sign.
#[derive(Deserialize)]
pub struct Encoders {
    /// Everything that encoders differ in.
    pub data: String,
    /// An encoder, and the signatures of a client that encodes the joined parameters with it, and of one that encodes
    /// names and values before. The first is that of RFC 3986.
    pub signatures: Vec<(String, [String; 2])>,
}

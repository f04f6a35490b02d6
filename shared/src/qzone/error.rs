//! QZone's return codes (qzone section 4). Only 0 and 1000 are documented; the others are
//! reconstructed from clients.

use crate::form::Malformed;
use crate::store::feed::Refused;
use crate::store::{self, Refusal};

/// Every failure of a call.
#[derive(Debug)]
pub enum Error {
    /// 41002 with HTTP 405: another method than POST.
    NotPost,
    /// 41002, with HTTP 413 where the body is too large: it cannot be read, holds a name twice, or an
    /// `oauth_` name that is unknown.
    BadRequest(Option<Malformed>),
    /// 40001: the consumer is missing or unknown.
    Consumer,
    /// 40002: the nonce is missing, malformed, or was used before.
    Nonce,
    /// 40003: not version 1.0.
    Version,
    /// 40004: not HMAC-SHA1.
    Method,
    /// 40005: the timestamp is missing, no number, or more than 300 seconds off.
    Timestamp,
    /// 40006: the token is missing, unknown, or another consumer's.
    Token,
    /// 40007: the openid is missing or not the token's.
    Openid,
    /// 41000: the signature is missing or wrong.
    Signature,
    /// 41003: the token was taken back.
    Revoked,
    /// 41001: the member or the site does not allow the operation.
    NotAuthorized,
    /// 1000: the operation's own parameters.
    Params,
    /// 1001: the store or the code failed; the cause goes to the log only.
    Internal(store::Error),
}

impl Error {
    /// `ret` and `msg`. No text holds a parenthesis: clients cut the answer at them.
    pub fn wire(&self) -> (i64, &'static str) {
        match self {
            Self::NotPost | Self::BadRequest(_) => (41_002, "request packet error."),
            Self::Consumer => (40_001, "oauth_consumer_key is invalid."),
            Self::Nonce => (40_002, "oauth_nonce is invalid."),
            Self::Version => (40_003, "oauth_version is invalid."),
            Self::Method => (40_004, "oauth_signature_method is invalid."),
            Self::Timestamp => (40_005, "oauth_timestamp is invalid."),
            Self::Token => (40_006, "oauth_token is invalid."),
            Self::Openid => (40_007, "openid is invalid."),
            Self::Signature => (41_000, "oauth_signature is invalid."),
            Self::Revoked => (41_003, "oauth_token is expired."),
            Self::NotAuthorized => (41_001, "not authorized."),
            Self::Params => (1_000, "params error."),
            Self::Internal(_) => (1_001, "system busy."),
        }
    }

    /// The HTTP status: 200 but for what no form could be read of (section 3).
    pub fn status(&self) -> u16 {
        match self {
            Self::NotPost => 405,
            Self::BadRequest(Some(Malformed::TooLarge)) => 413,
            _ => 200,
        }
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::BadRequest(Some(malformed))
    }
}

impl From<Refusal<Refused>> for Error {
    fn from(refusal: Refusal<Refused>) -> Self {
        match refusal {
            Refusal::Condition(Refused::NonceUsed) => Self::Nonce,
            Refusal::Store(error) => Self::Internal(error),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Internal(error)
    }
}

//! QZone's return codes (qzone section 4). Only 0 and 1000 are documented; the others are
//! reconstructed from clients.

use super::failure;
use crate::fault::Fault;
use crate::form_data::Malformed;
use crate::schema::Failure;
use weiquan_store::oauth::feed::Refused;
use weiquan_store::oauth::nonce::NonceUsed;
use weiquan_store::oauth::request_token::NoToken;
use weiquan_store::table;

/// Every failure of a call.
#[derive(Debug)]
pub enum Error {
    /// HTTP 405: the method is not POST, nor GET if `get` is set.
    WrongMethod {
        /// Whether GET would have been allowed, too.
        get: bool,
    },
    /// The request cannot be read, holds a name twice, or has an unknown `oauth_` name. HTTP 413 if
    /// the body is too large.
    BadRequest(Option<Malformed>),
    /// The consumer is missing or unknown.
    Consumer,
    /// The nonce is missing, malformed, or was used before.
    Nonce,
    /// Not version 1.0.
    Version,
    /// Not HMAC-SHA1.
    Method,
    /// The timestamp is missing, no number, or more than 300 seconds off.
    Timestamp,
    /// The token is missing, unknown or another consumer's. A request token may also be used, too
    /// old, or not allowed yet.
    Token,
    /// The openid is missing or does not belong to the token.
    Openid,
    /// A form that was not made for this browser, or is too old.
    Form,
    /// The signature is missing or wrong.
    Signature,
    /// The token was revoked.
    Revoked,
    /// The member or the site does not allow the operation.
    NotAuthorized,
    /// A failure of the operation.
    Operation(Failure),
    /// More calls in this second than the consumer may make, or too many simultaneous calls that
    /// change the same item.
    TooManyCalls,
    /// The store or the code failed. The cause goes only to the log.
    Internal(Fault),
}

/// The part of the protocol that a call belongs to: the first digit of its errors (section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 1: the request token.
    RequestToken,
    /// 2: the member's decision.
    Authorize,
    /// 3: the access token.
    AccessToken,
    /// 4: everything after.
    Api,
}

impl Error {
    /// The number and text of an error in a step. No text holds a parenthesis, because clients cut
    /// the answer at parentheses.
    pub fn wire(&self, step: Step) -> (i64, &'static str) {
        let first = match step {
            Step::RequestToken => 10_000,
            Step::Authorize => 20_000,
            Step::AccessToken => 30_000,
            Step::Api => 40_000,
        };
        let is_api = step == Step::Api;
        match self {
            Self::WrongMethod { .. } | Self::BadRequest(_) => (
                first + if is_api { 1_002 } else { 2 },
                "request packet error.",
            ),
            Self::Consumer => (first + 1, "oauth_consumer_key is invalid."),
            Self::Nonce => (first + 2, "oauth_nonce is invalid."),
            Self::Form => (first + 2, "the form is not valid any more."),
            Self::Version => (first + 3, "oauth_version is invalid."),
            Self::Method => (first + 4, "oauth_signature_method is invalid."),
            Self::Timestamp => (first + 5, "oauth_timestamp is invalid."),
            Self::Token => (first + 6, "oauth_token is invalid."),
            Self::Openid => (first + 7, "openid is invalid."),
            Self::Signature => (first + 1_000, "oauth_signature is invalid."),
            Self::NotAuthorized => (first + 1_001, "not authorized."),
            Self::Revoked => (first + 1_003, "oauth_token is expired."),
            Self::Operation(failure) => (failure.code, failure.text),
            Self::TooManyCalls | Self::Internal(_) => (1_001, "system busy."),
        }
    }

    /// The HTTP status: 200, except for a wrong method and for a body that is too large (section 3).
    pub fn status(&self) -> u16 {
        match self {
            Self::WrongMethod { .. } => 405,
            Self::BadRequest(Some(Malformed::TooLarge)) => 413,
            _ => 200,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Operation(failure)
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::BadRequest(Some(malformed))
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NonceUsed => Self::Nonce,
            Refused::Shared => failure::SHARED.into(),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        if fault.is_busy() {
            Self::TooManyCalls
        } else {
            Self::Internal(fault)
        }
    }
}

impl From<table::Error> for Error {
    fn from(error: table::Error) -> Self {
        Fault::from(error).into()
    }
}

impl From<NoToken> for Error {
    fn from(NoToken: NoToken) -> Self {
        Self::Token
    }
}

impl From<NonceUsed> for Error {
    fn from(NonceUsed: NonceUsed) -> Self {
        Self::Nonce
    }
}

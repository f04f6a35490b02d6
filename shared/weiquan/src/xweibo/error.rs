//! Xweibo's error numbers and texts (xweibo sections 1.4, 1.7 and 4).

use crate::fault::Fault;
use crate::form_data::Malformed;
use crate::pictures;
use crate::schema::Failure;
use weiquan_store::table;

/// Every failure of a call.
#[derive(Debug)]
pub enum Error {
    /// 1010004: the query or body cannot be read.
    Malformed,
    /// 1040002: too many simultaneous calls change the same item. A later call succeeds.
    Busy,
    /// 1040002: the store or the code failed. The cause goes only to the log.
    Internal(Fault),
    /// 1040003: the caller is anonymous, and the operation needs an author.
    NoAuthor,
    /// 1040005: the member is banned, or banned from speaking and the operation speaks.
    Silenced,
    /// 1040015: there is no such operation, or the site is not set up.
    Unavailable,
    /// 1040017: the operation takes POST only.
    PostOnly,
    /// 3010000: the address is not on the site's list.
    AddressNotAllowed,
    /// 3010001: `api_time` is missing, no number, or too far off.
    TimeFailure,
    /// 3010002: the signature does not match.
    WrongSignature,
    /// 3010003: `api_uid` is bound to no member, and the operation is on no allow list.
    NotBound,
    /// 3010004: there is no `api_sign`.
    NotSigned,
    /// A failure of the operation.
    Failed(Failure),
}

impl Error {
    /// The errors that every operation may return, in the order of the checks.
    pub fn of_all() -> [Self; 11] {
        [
            Self::Unavailable,
            Self::PostOnly,
            Self::Malformed,
            Self::AddressNotAllowed,
            Self::NotSigned,
            Self::TimeFailure,
            Self::WrongSignature,
            Self::NotBound,
            Self::Silenced,
            Self::NoAuthor,
            Self::Busy,
        ]
    }

    /// `errno` and `err` of the envelope.
    pub fn wire(&self) -> (i64, &'static str) {
        match self {
            Self::Failed(failure) => (failure.code, failure.text),
            Self::Malformed => (1_010_004, "Parameters for json request directly to format"),
            Self::Busy | Self::Internal(_) => (1_040_002, "Access Timeout or Access denied"),
            Self::NoAuthor => (1_040_003, "Source paramter(appkey) is missing"),
            Self::Silenced => (1_040_005, "40028:黑名单用户"),
            Self::Unavailable => (1_040_015, "接口不可用"),
            Self::PostOnly => (1_040_017, "只能使用POST方法"),
            Self::AddressNotAllowed => (3_010_000, "Ip not allowed to access"),
            Self::TimeFailure => (3_010_001, "Access time failure"),
            Self::WrongSignature => (3_010_002, "Signature is not correct"),
            Self::NotBound => (3_010_003, "Does not bind the user"),
            Self::NotSigned => (3_010_004, "Does not allow access"),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Malformed> for Error {
    fn from(_malformed: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        if fault.is_busy() {
            Self::Busy
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

impl From<pictures::Error> for Error {
    fn from(error: pictures::Error) -> Self {
        Self::Internal(Fault::new("pictures", error))
    }
}

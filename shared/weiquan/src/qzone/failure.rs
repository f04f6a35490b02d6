//! The failures of operations (qzone section 4). Those of the protocol are in
//! [`Error`](super::Error). Only 1000 is documented.

use crate::schema::Failure;

/// 1000.
pub const PARAMS: Failure = Failure::new(
    1_000,
    "params error.",
    "a parameter of the operation is missing or not what it must be",
);
/// 3021.
pub const SHARED: Failure = Failure::new(
    3_021,
    "url is already shared.",
    "the member has shared this link within the last day",
);
/// 21006.
pub const CALLBACK: Failure = Failure::new(
    21_006,
    "oauth_callback is invalid.",
    "the callback is not on a registered domain of the site, or not the one that the site has signed",
);
/// 30007.
pub const VERICODE: Failure = Failure::new(
    30_007,
    "oauth_vericode is invalid.",
    "the vericode is wrong or too old",
);

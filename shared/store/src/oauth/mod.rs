//! What a member has allowed QZone's consumers to do, and what they did.

pub mod feed;
pub mod import;
pub mod nonce;
pub mod request_token;
pub mod token;

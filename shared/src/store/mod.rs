//! Everything that is kept: entities, keys, conditions, transactions. No family is known here.

pub mod client;
pub mod feed;
pub mod holes;
pub mod keys;
pub mod member;
pub mod message;
pub mod meter;
pub mod moment;
pub mod oauth;
pub mod schema;
pub mod session;
pub mod shards;
pub mod table;
pub mod thread;
pub mod transaction;
pub mod usage;
pub mod weibo;

pub use table::{Consistency, Error};
pub use transaction::Refusal;

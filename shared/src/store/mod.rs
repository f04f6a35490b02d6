//! Everything that is kept: entities, keys, conditions, transactions. Settings of the families'
//! clients are kept here too; how a family speaks is not known.

pub mod account;
pub mod attempts;
pub mod board;
pub mod branch;
pub mod change;
pub mod client;
pub mod ext_info;
pub mod favorite;
pub mod feed;
mod holes;
pub mod kept;
pub mod keys;
pub mod member;
pub mod mention;
pub mod message;
pub mod meter;
pub mod moment;
pub mod moment_list;
pub mod oauth;
pub mod posting;
pub mod query;
pub mod removal;
pub mod replies;
pub mod request_token;
pub mod schema;
pub mod session;
pub mod shards;
pub mod short_link;
pub mod table;
pub mod thread;
pub mod timeline;
pub mod transaction;
pub mod usage;
pub mod weibo;
pub mod weibo_comment;
pub mod weibo_list;

pub use table::{Consistency, Error};
pub use transaction::Refusal;

//! Everything that Weiquan stores, in one DynamoDB table: entities, keys, conditions, transactions. The store does not
//! know how a family communicates, nor what a request is; [`Store`] is all that it gets.
//!
//! Each folder is a room. A room uses only those above it in this list:
//!
//! | room | what is in it |
//! |---|---|
//! | [`table`] | the calls to DynamoDB: reads, writes, transactions, retries, costs |
//! | [`keys`] | every key of the table, and nothing else builds one |
//! | [`clients`] | OkayAPI's apps, the Xweibo site, QZone's consumers: their settings, ids and usage |
//! | [`members`] | the people, one identity in all three families: names, logins, failed attempts |
//! | [`threads`] | roots with replies, and OkayAPI's messages, which are such threads |
//! | [`moments`] | OkayAPI's moments and their likes |
//! | [`oauth`] | QZone's tokens, grants and nonces, and the feeds that they allow |
//! | [`people`] | follows and blocks, unread counts, direct messages, tags, settings |
//! | [`weibos`] | weibos, comments, reposts, and every list of them |
//!
//! [`audit`] and [`layout`] look at the whole table. Below the rooms are the clock, ids, hashes and folding of names.

#![warn(missing_docs)]

pub mod audit;
pub mod aws;
pub mod causes;
pub mod clients;
pub mod clock;
pub mod digest;
pub mod id;
pub mod ids;
pub mod keys;
pub mod layout;
pub mod members;
pub mod moments;
pub mod network;
pub mod oauth;
pub mod people;
mod store;
pub mod stream;
pub mod table;
pub mod threads;
pub mod unicode;
pub mod weibos;

pub use store::{Database, Store};

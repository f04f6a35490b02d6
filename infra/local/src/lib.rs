//! The whole system in one process: DynamoDB's API on embedded SQLite, the HTTP gateway, every operation.
//!
//! `start` binds two ports, opens the `database` in its `folder` and starts the parts:
//!
//! * `dynamodb`: DynamoDB's API for the database, as Amazon's SDK calls it; `idempotency` remembers the tokens of
//!   transactions;
//! * `gateway`: HTTP, as API Gateway handles it. `lenient_stream` lets old clients in, `hosts` refuses foreign
//!   names, `long_head` answers what is too long, `response` writes answers, `cpu_limit` keeps long work apart;
//! * `stream`: what Lambda does for `fanout`, with the `stream_filter` of the template;
//! * `copy`: a copy of the database, once a day.
//!
//! `unusable` tells people what is wrong with a database, and `banner` how to call a running system.

pub mod banner;
pub mod copy;
mod cpu_limit;
mod database;
mod dynamodb;
mod folder;
mod gateway;
mod hosts;
mod idempotency;
mod lenient_stream;
mod long_head;
mod network;
mod options;
mod periodic;
mod response;
mod sqlite;
pub mod stream;
pub mod stream_filter;
mod system;
mod table;
mod unusable;

pub use database::open;
pub use dynamodb::{Store, serve_store};
pub use options::{Options, Patience};
pub use system::{AT_ONCE, Running, start};
pub use table::TABLE;

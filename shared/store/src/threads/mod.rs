//! Threads.

pub mod board;
pub(crate) mod holes;
pub mod message;
pub mod page;
pub mod removal;
pub mod replies;
pub mod thread;

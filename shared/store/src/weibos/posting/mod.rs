//! Posts about weibos: comments, a repost, or both in one transaction.
//!
//! A [`Draft`] says what a member wants to post. [`find`] reads the [`Context`] of it. [`post`] stores it, as a [`Post`].

mod context;
mod draft;
mod write;

pub use context::{Context, find};
pub use draft::{Draft, NotPosted, Post, Repost};
pub use write::post;

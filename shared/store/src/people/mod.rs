//! What stands between members.

pub mod direct_message;
pub mod relation;
pub mod settings;
pub mod tags;
pub mod unread;

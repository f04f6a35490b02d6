//! The clients that may call.

mod client;
pub mod emotions;
pub mod sequence;
pub mod shards;
mod site;
pub mod usage;

pub use client::*;

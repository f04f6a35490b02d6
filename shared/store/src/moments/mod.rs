//! Moments.

pub mod list;
pub mod moment;

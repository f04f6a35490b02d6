//! What tests share. Tests import from here and from the product, never from each other; within, nothing goes in a circle.

pub mod admin;
pub mod at_once;
pub mod binaries;
pub mod call;
pub mod costs;
pub mod emulator;
pub mod faults;
pub mod gateway;
pub mod local;
pub mod okay;
pub mod pauses;
pub mod qzone;
pub mod recorded;
pub mod seen;
pub mod snapshots;
pub mod sources;
pub mod storm;
pub mod syntax;
pub mod vectors;
pub mod who;
pub mod world;
pub mod xweibo;

pub use at_once::*;
pub use call::*;
pub use who::*;
pub use world::*;

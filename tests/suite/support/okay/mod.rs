//! What the tests of okay share.

pub mod calls;
pub mod moments;
pub mod talk;
pub mod users;

pub use calls::*;
pub use moments::*;
pub use users::*;

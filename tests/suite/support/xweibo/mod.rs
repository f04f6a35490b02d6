//! What the tests of xweibo share.

pub mod acts;
pub mod calls;
pub mod comments;
pub mod failures;
pub mod messages;
pub mod model;
pub mod people;
pub mod pictures;
pub mod shown;
pub mod site;
pub mod texts;
pub mod unread;

pub use acts::*;
pub use calls::*;
pub use comments::*;
pub use failures::*;
pub use messages::*;
pub use people::*;
pub use site::*;
pub use texts::*;
pub use unread::*;

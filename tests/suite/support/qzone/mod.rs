//! What the tests of qzone share.

pub mod authorize;
pub mod calls;
pub mod feeds;
pub mod oauth;
pub mod pages;
pub mod vectors;

pub use authorize::*;
pub use calls::*;
pub use feeds::*;
pub use oauth::*;
pub use pages::*;
pub use vectors::*;

//! Weibos.

pub mod change;
pub mod comment;
pub mod favorite;
pub mod home;
pub mod list;
pub mod mention;
pub mod posting;
pub mod short_link;
pub mod timeline;
pub mod weibo;

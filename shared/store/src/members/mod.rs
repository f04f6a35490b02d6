//! Members: one person in all three families.

pub mod account;
pub mod attempts;
pub mod ext_info;
pub mod member;
pub mod session;

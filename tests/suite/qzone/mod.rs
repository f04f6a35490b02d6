//! The contract of QZone (docs/contracts/qzone.md).

mod addresses;
mod authorize;
mod checks;
mod encoders;
mod feeds;
mod grants;
mod media;
mod more;
mod nonces;
mod oauth;
mod packets;
mod page;
mod pages;
mod signatures;
mod snapshots;
mod ways;

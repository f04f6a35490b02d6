//! The contract of QZone (docs/contracts/qzone.md).

mod addresses;
mod authorize;
mod encoders;
mod feeds;
mod grants;
mod media;
mod nonces;
mod oauth;
mod packets;
mod page;
mod pages;
mod rules;
mod shares;
mod signatures;
mod snapshots;
mod ways;

//! Everything that is tested through the addresses: contracts, costs, races, real binaries.

mod okay;
mod qzone;
mod support;
mod system;
mod xweibo;

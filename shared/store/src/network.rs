//! The owners of addresses.

use std::net::{IpAddr, Ipv6Addr};

/// The owner of an address. An IPv6 customer has a network of 64 bits, which counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let host = u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !host))
            }
            v4 => v4,
        })
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

//! The address by which others reach this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The address to name for a listener: its own, or, if it listens on all addresses, the one that this machine has in
/// its network.
pub fn named(listener: SocketAddr) -> SocketAddr {
    if !listener.ip().is_unspecified() {
        return listener;
    }
    let (own, loopback) = match listener {
        SocketAddr::V4(_) => (in_network(), IpAddr::V4(Ipv4Addr::LOCALHOST)),
        // Such a listener accepts IPv4 as well, and an IPv4 address is shorter to type.
        SocketAddr::V6(_) => (in_network(), IpAddr::V6(Ipv6Addr::LOCALHOST)),
    };
    SocketAddr::new(own.unwrap_or(loopback), listener.port())
}

/// The address from which this machine would reach another network. Nothing is sent.
fn in_network() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address reserved for documentation: nobody has it.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_named_as_it_is_and_all_of_them_by_one_of_them() {
        for (address, kept) in [
            ("127.0.0.1:1", true),
            ("[::1]:2", true),
            ("0.0.0.0:3", false),
            ("[::]:4", false),
        ] {
            let address: SocketAddr = address.parse().unwrap();
            let named = named(address);
            assert_eq!(named == address, kept);
            assert_eq!(named.port(), address.port());
            assert!(!named.ip().is_unspecified());
        }
    }
}

//! What the local system is started with.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

/// Where the data is stored, and the addresses and ports to listen on.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the data; with `None` nothing is kept.
    pub data: Option<PathBuf>,
    /// Whether the copy of the data is restored first.
    pub restore: bool,
    /// The address on which the gateway listens.
    pub host: IpAddr,
    /// The names by which the gateway is called, besides its addresses and `localhost`.
    pub allow_hosts: Vec<String>,
    /// The gateway's port; 0 picks one.
    pub port: u16,
    /// The port of DynamoDB's API, for this machine alone; 0 picks one.
    pub dynamodb_port: u16,
    /// Whether the documentation is served.
    pub docs: bool,
    /// How long the gateway waits for a caller to continue the head of a request, or its body.
    pub patience: Patience,
}

/// How long a caller may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a head, or for the next request on a connection.
    pub head: Duration,
    /// For a body.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            body: Duration::from_secs(60),
        }
    }
}

impl Default for Options {
    /// Nothing is kept, and any free ports of this machine are used.
    fn default() -> Self {
        Self {
            data: None,
            restore: false,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            allow_hosts: Vec::new(),
            port: 0,
            dynamodb_port: 0,
            docs: true,
            patience: Patience::default(),
        }
    }
}

//! A request before it becomes an event.

use std::collections::BTreeMap;

/// A request as it arrives at a gateway.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, percent-encoded.
    pub path: String,
    /// The query string, without its `?`.
    pub query: String,
    /// Header values by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// The caller's address.
    pub source_ip: String,
    /// A new id.
    pub request_id: String,
}

//! Which hosts a request may address. A web page can make its reader's browser call this machine under a name of the
//! page's own (DNS rebinding), but it cannot choose that name freely.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// The names for which requests are accepted, besides those of the machine itself.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// `names` without ports.
    pub fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// The name in a request, if the request may not use it. It may use `localhost`, an address of the loopback, the
    /// address that it was sent to, and the names allowed here. A request without a name does not come from a browser.
    pub fn foreign(&self, headers: &HeaderMap, own: IpAddr) -> Option<String> {
        let host = headers.get(HOST)?;
        let host = String::from_utf8_lossy(host.as_bytes()).to_ascii_lowercase();
        let name = without_port(&host);
        let is_own = match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || address == own.to_canonical(),
            Err(_name) => name == "localhost" || self.0.iter().any(|allowed| allowed == name),
        };
        (!is_own).then(|| name.to_owned())
    }
}

fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').map_or(rest, |(address, _)| address);
    }
    host.split_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_and_allowed_ones_pass() {
        let hosts = Hosts::new(&["Openapi.QZone.qq.com".to_owned()]);
        let own: IpAddr = "192.0.2.7".parse().unwrap();
        for (host, foreign) in [
            ("localhost", None),
            ("LocalHost:8080", None),
            ("127.0.0.1:8080", None),
            ("127.9.9.9", None),
            ("[::1]:8080", None),
            ("192.0.2.7:8080", None),
            ("openapi.qzone.qq.com:80", None),
            ("192.0.2.8", Some("192.0.2.8")),
            ("evil.test:8080", Some("evil.test")),
            ("localhost.evil.test", Some("localhost.evil.test")),
            ("127.0.0.1.evil.test", Some("127.0.0.1.evil.test")),
            ("<script>", Some("<script>")),
            ("", Some("")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            assert_eq!(hosts.foreign(&headers, own).as_deref(), foreign, "{host}");
        }
        assert_eq!(hosts.foreign(&HeaderMap::new(), own), None);
    }
}

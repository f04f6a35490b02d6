//! The address to which a member is sent back (qzone section 2.4).

use crate::form_data;
use weiquan_store::clients::Consumer;

/// The callback that OAuth 1.0a clients send if they name the callback later. It is treated as empty.
pub const OUT_OF_BAND: &str = "oob";

/// An address on one of a consumer's registered domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The address to call, with its own query.
    url: String,
    /// Scheme, host and port.
    origin: String,
}

impl Callback {
    /// Reads a callback; `None` if it is no `http` or `https` address on a registered domain. Some
    /// clients encode it twice.
    pub fn parse(text: &str, consumer: &Consumer) -> Option<Self> {
        let encoded = text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("http"))
            && text.contains('%')
            && !text.contains("://");
        let url = if encoded {
            form_data::path_decode(text).ok()?
        } else {
            text.to_owned()
        };
        // It was decoded once before, so non-ASCII characters are encoded again.
        let url = url
            .chars()
            .map(|c| match c.is_ascii() {
                true => c.to_string(),
                false => form_data::percent_encode(c.encode_utf8(&mut [0; 4])),
            })
            .collect::<String>();
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\');
        if !matches!(scheme.as_str(), "http" | "https")
            || !url.chars().all(is_plain)
            || url.len() > 2048
        {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // No user names, no IPv6, no wildcards: only a host name with an optional port.
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        let host = host.to_ascii_lowercase();
        let is_host = !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        let is_registered = consumer.callback_domains.iter().any(|domain| {
            host == *domain
                || host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        });
        if !is_host || !port.bytes().all(|b| b.is_ascii_digit()) || !is_registered {
            return None;
        }
        let origin = format!("{scheme}://{}", authority.to_ascii_lowercase());
        Some(Self { url, origin })
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The targets, in CSP syntax, to which a form may lead if its answer redirects to this address. Browsers check
    /// every redirect after a form, so the consumer's other hosts are included.
    pub fn form_targets(&self, consumer: &Consumer) -> Vec<String> {
        let domains = consumer.callback_domains.iter();
        let hosts = domains.flat_map(|domain| [domain.clone(), format!("*.{domain}")]);
        let sources =
            hosts.flat_map(|host| [format!("http://{host}:*"), format!("https://{host}:*")]);
        [self.origin.clone()].into_iter().chain(sources).collect()
    }

    /// The address with further parameters after its own.
    pub fn with(&self, pairs: &[(&str, &str)]) -> String {
        let (url, fragment) = match self.url.split_once('#') {
            Some((url, fragment)) => (url, format!("#{fragment}")),
            None => (self.url.as_str(), String::new()),
        };
        let join = match url.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        format!(
            "{url}{join}{}{fragment}",
            form_data::encode(pairs.iter().copied())
        )
    }
}

#[cfg(test)]
mod tests {
    use weiquan_store::clients::Secrets;

    use super::*;

    fn parse(text: &str) -> Option<String> {
        let secrets = Secrets {
            secret: "s",
            openid_salt: "salt",
        };
        let mut consumer = Consumer::new("1".into(), secrets, &[]);
        consumer.callback_domains = ["example.com", "localhost"].map(str::to_owned).into();
        Callback::parse(text, &consumer).map(|callback| callback.with(&[("a", "1")]))
    }

    #[test]
    fn only_registered_domains_are_called_back() {
        for (text, want) in [
            ("http://example.com", Some("http://example.com?a=1")),
            (
                "HTTPS://WWW.Example.com:8443/x?y=1",
                Some("HTTPS://WWW.Example.com:8443/x?y=1&a=1"),
            ),
            ("http://example.com/?", Some("http://example.com/?a=1")),
            ("http://example.com/#f", Some("http://example.com/?a=1#f")),
            (
                "http%3A%2F%2Fexample.com%2Fx",
                Some("http://example.com/x?a=1"),
            ),
            (
                "http://example.com/中?b=1",
                Some("http://example.com/%E4%B8%AD?b=1&a=1"),
            ),
            ("http://localhost:3000/", Some("http://localhost:3000/?a=1")),
            ("http://badexample.com/", None),
            ("http://example.com.evil.net/", None),
            ("http://example.com@evil.net/", None),
            ("http://evil.net/?http://example.com", None),
            ("http://evil.net\\@example.com/", None),
            ("http://evil.net#.example.com", None),
            ("javascript://example.com/%0aalert(1)", None),
            ("//example.com/", None),
            ("http://example.com/\r\nSet-Cookie: a=b", None),
            ("http://example.com/\"><script>", None),
            ("", None),
        ] {
            assert_eq!(parse(text).as_deref(), want, "{text}");
        }
    }
}

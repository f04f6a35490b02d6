//! A request before it becomes an event, and sample requests.

use std::collections::BTreeMap;

use crate::Ctx;
use crate::form_data;

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

impl Arrival {
    /// A GET request for `path`, for sample events.
    pub(crate) fn get(ctx: &Ctx, base_url: &str, path: &str, query: String) -> Self {
        let mut arrival = Self::post_form(ctx, base_url, path, &[]);
        arrival.method = "GET".to_owned();
        arrival.headers.remove("content-type");
        arrival.query = query;
        arrival
    }

    /// A form posted to `path`, for sample events.
    pub(crate) fn post_form(ctx: &Ctx, base_url: &str, path: &str, pairs: &[(&str, &str)]) -> Self {
        let (scheme, host) = base_url.split_once("://").unwrap_or(("http", base_url));
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", host),
            ("x-forwarded-proto", scheme),
        ];
        Self {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: form_data::encode(pairs.iter().copied()).into_bytes(),
            source_ip: "127.0.0.1".to_owned(),
            request_id: ctx.store.new_id().to_string(),
        }
    }
}

impl Arrival {
    /// The same request with `pairs` and a file in a multipart form, for sample events.
    pub(crate) fn with_file(mut self, pairs: &[(&str, &str)], name: &str, bytes: &[u8]) -> Self {
        const BOUNDARY: &str = "weiquan-sample";
        let mut body = Vec::new();
        let mut part = |disposition: &str, bytes: &[u8]| {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in pairs {
            part(&format!("name=\"{name}\""), value.as_bytes());
        }
        part(&format!("name=\"{name}\"; filename=\"sample.png\""), bytes);
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        self.headers.insert("content-type".to_owned(), content_type);
        self.body = body;
        self
    }
}

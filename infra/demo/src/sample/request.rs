//! The HTTP requests that sample calls are sent in.

use weiquan::Ctx;
use weiquan::event::Arrival;
use weiquan::form_data;

/// A GET request for `path`.
pub fn get(ctx: &Ctx, base_url: &str, path: &str, query: String) -> Arrival {
    let mut arrival = post_form(ctx, base_url, path, &[]);
    arrival.method = "GET".to_owned();
    arrival.headers.remove("content-type");
    arrival.query = query;
    arrival
}

/// A form posted to `path`.
pub fn post_form(ctx: &Ctx, base_url: &str, path: &str, pairs: &[(&str, &str)]) -> Arrival {
    let (scheme, host) = base_url.split_once("://").unwrap_or(("http", base_url));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", host),
        ("x-forwarded-proto", scheme),
    ];
    Arrival {
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

/// The request `arrival` with `pairs` and a file in a multipart form instead of its body.
pub fn with_file(
    mut arrival: Arrival,
    pairs: &[(&str, &str)],
    name: &str,
    bytes: &[u8],
) -> Arrival {
    const BOUNDARY: &str = "weiquan-sample";
    let mut body = Vec::new();
    let mut part = |disposition: &str, bytes: &[u8]| {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
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
    arrival
        .headers
        .insert("content-type".to_owned(), content_type);
    arrival.body = body;
    arrival
}

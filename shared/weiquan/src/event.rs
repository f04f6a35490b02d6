//! API Gateway's event, payload format 2.0, and the answer to it.
//!
//! The raw event is decoded here. `lambda_http`'s own conversion panics on a raw `"`, `<` or space
//! in `rawQueryString` and on broken base64, and old clients send all of these.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::http::{Answer, Body, Request, media_type};

/// Answers above this size are sent as base64. Lambda takes 6 MiB of JSON, and a quote inside a
/// string would count up to four times.
const TEXT_LIMIT: usize = 1 << 20;

/// The parts of an HTTP API event that Weiquan reads.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// `2.0`.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// `$default`, or the route that matched.
    #[serde(deserialize_with = "or_default")]
    pub route_key: String,
    /// The path, percent-encoded.
    #[serde(deserialize_with = "or_default")]
    pub raw_path: String,
    /// The query string as it was sent.
    #[serde(deserialize_with = "or_default")]
    pub raw_query_string: String,
    /// Header values by lower-case name. Repeated headers are joined by commas.
    #[serde(deserialize_with = "or_default")]
    pub headers: BTreeMap<String, String>,
    /// The cookies, which are not among the headers.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    /// Where the request came from.
    #[serde(deserialize_with = "or_default")]
    pub request_context: RequestContext,
    /// The body; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether `body` is base64.
    #[serde(deserialize_with = "or_default")]
    pub is_base64_encoded: bool,
}

/// What the gateway itself knows about a request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestContext {
    /// The account of the API.
    #[serde(deserialize_with = "or_default")]
    pub account_id: String,
    /// The id of the API.
    #[serde(deserialize_with = "or_default")]
    pub api_id: String,
    /// The host that the request was sent to.
    #[serde(deserialize_with = "or_default")]
    pub domain_name: String,
    /// The first label of `domain_name`.
    #[serde(deserialize_with = "or_default")]
    pub domain_prefix: String,
    /// The request line.
    #[serde(deserialize_with = "or_default")]
    pub http: Http,
    /// The id of the request.
    #[serde(deserialize_with = "or_default")]
    pub request_id: String,
    /// The same as in the event.
    #[serde(deserialize_with = "or_default")]
    pub route_key: String,
    /// `$default`.
    #[serde(deserialize_with = "or_default")]
    pub stage: String,
    /// When the request came, in the format of logs.
    #[serde(deserialize_with = "or_default")]
    pub time: String,
    /// When the request came, in milliseconds.
    #[serde(deserialize_with = "or_default")]
    pub time_epoch: i64,
}

/// The request line of an event.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Http {
    /// `GET`, `POST`, …
    #[serde(deserialize_with = "or_default")]
    pub method: String,
    /// The path.
    #[serde(deserialize_with = "or_default")]
    pub path: String,
    /// `HTTP/1.1`.
    #[serde(deserialize_with = "or_default")]
    pub protocol: String,
    /// The caller's address.
    #[serde(deserialize_with = "or_default")]
    pub source_ip: String,
    /// The caller's program.
    #[serde(deserialize_with = "or_default")]
    pub user_agent: String,
}

/// Gateways that imitate API Gateway write `null` for values that they do not know.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Event {
    /// The event that API Gateway makes from a request. A body that is not text, JSON, XML or
    /// JavaScript becomes base64; so do forms and multipart.
    pub fn new(mut arrival: Arrival, now: Timestamp) -> Self {
        let cookies = arrival.headers.remove("cookie").unwrap_or_default();
        let host = arrival.headers.get("host").cloned().unwrap_or_default();
        let media_type = media_type(&arrival.headers);
        let is_text = media_type.starts_with("text/")
            || ["json", "xml", "javascript"]
                .iter()
                .any(|kind| media_type.ends_with(kind));
        let (body, is_base64_encoded) = match String::from_utf8(arrival.body) {
            Ok(text) if text.is_empty() => (None, false),
            Ok(text) if is_text => (Some(text), false),
            Ok(text) => (Some(BASE64_STANDARD.encode(text)), true),
            Err(bytes) => (Some(BASE64_STANDARD.encode(bytes.as_bytes())), true),
        };
        Self {
            version: "2.0".to_owned(),
            route_key: "$default".to_owned(),
            raw_path: arrival.path.clone(),
            raw_query_string: arrival.query,
            request_context: RequestContext {
                account_id: "anonymous".to_owned(),
                api_id: "weiquan".to_owned(),
                domain_prefix: host.split('.').next().unwrap_or_default().to_owned(),
                domain_name: host,
                http: Http {
                    method: arrival.method,
                    path: arrival.path,
                    protocol: "HTTP/1.1".to_owned(),
                    source_ip: arrival.source_ip,
                    user_agent: arrival
                        .headers
                        .get("user-agent")
                        .cloned()
                        .unwrap_or_default(),
                },
                request_id: arrival.request_id,
                route_key: "$default".to_owned(),
                stage: "$default".to_owned(),
                time: now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
                time_epoch: now.as_millisecond(),
            },
            headers: arrival.headers,
            cookies: cookies
                .split(';')
                .map(|cookie| cookie.trim().to_owned())
                .filter(|cookie| !cookie.is_empty())
                .collect(),
            body,
            is_base64_encoded,
        }
    }
}

impl From<Event> for Request {
    fn from(event: Event) -> Self {
        let body = Body::new(event.body.unwrap_or_default(), event.is_base64_encoded);
        let context = event.request_context;
        let named = event.headers.into_iter();
        let mut headers: BTreeMap<String, String> = named
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        // The host is put into links that are stored.
        if !headers.get("host").is_some_and(|host| is_host(host)) {
            headers.insert("host".to_owned(), context.domain_name);
        }
        Self {
            method: context.http.method.to_ascii_uppercase(),
            path: if event.raw_path.starts_with('/') {
                event.raw_path
            } else {
                format!("/{}", event.raw_path)
            },
            query: event.raw_query_string,
            headers,
            cookies: event.cookies,
            body,
            source_ip: context.http.source_ip.parse().ok(),
            id: context.request_id,
        }
    }
}

/// Whether `host` can be a host, with or without a port.
fn is_host(host: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b".:[]-_".contains(&b);
    (1..=255).contains(&host.len()) && host.bytes().all(is_part)
}

/// An answer in the form that Lambda takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The HTTP status.
    pub status_code: u16,
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// Whether `body` is base64.
    pub is_base64_encoded: bool,
    /// The cookies to set.
    #[serde(default)]
    pub cookies: Vec<String>,
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let is_base64_encoded = answer.body.len() > TEXT_LIMIT;
        Self {
            status_code: answer.status,
            headers: answer
                .headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body: if is_base64_encoded {
                BASE64_STANDARD.encode(answer.body)
            } else {
                answer.body
            },
            is_base64_encoded,
            cookies: answer.cookies,
        }
    }
}

mod arrival;
pub use arrival::Arrival;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form_data::Malformed;
    use crate::http::MAX_BODY;

    fn arrival(content_type: &str, body: &[u8]) -> Event {
        let arrival = Arrival {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]),
            body: body.to_vec(),
            ..Arrival::default()
        };
        Event::new(arrival, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn bodies_travel_as_api_gateway_sends_them() {
        for (content_type, base64) in [
            ("application/json; charset=utf-8", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", true),
            ("multipart/form-data; boundary=x", true),
            ("", true),
        ] {
            let event = arrival(content_type, b"a=b");
            assert_eq!(event.is_base64_encoded, base64, "{content_type}");
            assert_eq!(Request::from(event).body.bytes(), Ok(&b"a=b"[..]));
        }
        let not_utf8 = arrival("text/plain", b"\xff");
        assert_eq!(Request::from(not_utf8).body.bytes(), Ok(&[0xff][..]));
    }

    #[test]
    fn events_and_answers_are_what_the_rest_of_the_field_reads() {
        use lambda_http::aws_lambda_events::apigw::{
            ApiGatewayV2httpRequest, ApiGatewayV2httpResponse,
        };
        let event = serde_json::to_string(&arrival("text/plain", b"x")).unwrap();
        let read: ApiGatewayV2httpRequest = serde_json::from_str(&event).unwrap();
        assert_eq!(read.body.as_deref(), Some("x"));
        let answer = Response::from(Answer::new(200, "text/plain", "y".to_owned(), 0));
        let answer = serde_json::to_string(&answer).unwrap();
        let read: ApiGatewayV2httpResponse = serde_json::from_str(&answer).unwrap();
        assert_eq!(read.status_code, 200);
    }

    #[test]
    fn broken_base64_is_told_apart() {
        let mut event = arrival("x/y", b"a");
        event.body = Some("%%%".to_owned());
        assert_eq!(Request::from(event).body.bytes(), Err(Malformed::Base64));
    }

    #[test]
    fn a_body_ends_at_a_mebibyte_but_for_files() {
        let fits = Request::from(arrival("x/y", &vec![b'a'; MAX_BODY]));
        assert!(fits.body().is_ok());
        let large = Request::from(arrival("x/y", &vec![b'a'; MAX_BODY + 1]));
        assert_eq!(large.body(), Err(Malformed::TooLarge));
    }

    #[test]
    fn an_event_with_nothing_in_it_is_a_request() {
        for text in [
            "{}",
            r#"{"rawPath":null,"headers":null,"requestContext":null,"body":null}"#,
            r#"{"requestContext":{"accountId":null,"http":{"method":null,"sourceIp":null}}}"#,
        ] {
            let event: Event = serde_json::from_str(text).unwrap();
            let request = Request::from(event);
            assert_eq!(
                (request.path.as_str(), request.source_ip),
                ("/", None),
                "{text}"
            );
        }
    }
}

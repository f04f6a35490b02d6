//! What a family gets and what it answers.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::future::BoxFuture;

use crate::form_data::{self, Form, Malformed};
use crate::{Ctx, script};
use weiquan_store::network::Network;

/// The largest body, in bytes, for an operation that takes no file.
pub const MAX_BODY: usize = 1 << 20;

/// A body as it is in the event. Base64 is decoded on the first read, so that callers who are
/// refused before that cost nothing.
#[derive(Debug, Clone, Default)]
pub struct Body {
    text: String,
    is_base64: bool,
    bytes: OnceLock<Result<Vec<u8>, Malformed>>,
}

impl Body {
    /// The body of an event.
    pub fn new(text: String, is_base64: bool) -> Self {
        Self {
            text,
            is_base64,
            bytes: OnceLock::new(),
        }
    }

    /// The bytes, of any number.
    pub fn bytes(&self) -> Result<&[u8], Malformed> {
        if !self.is_base64 {
            return Ok(self.text.as_bytes());
        }
        let decode = || {
            let decoded = BASE64_STANDARD.decode(&self.text);
            decoded.map_err(|_broken| Malformed::Base64)
        };
        match self.bytes.get_or_init(decode) {
            Ok(bytes) => Ok(bytes),
            Err(malformed) => Err(*malformed),
        }
    }
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, still percent-encoded, with a leading slash.
    pub path: String,
    /// The query string, still encoded, without its `?`.
    pub query: String,
    /// Header values by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// Cookies as `name=value`.
    pub cookies: Vec<String>,
    /// The body; see [`Request::body`].
    pub body: Body,
    /// The caller's address as the gateway saw it; never taken from a header.
    pub source_ip: Option<IpAddr>,
    /// The gateway's id of the request.
    pub id: String,
}

impl Request {
    /// The value of a header, by lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The caller's network.
    pub fn network(&self) -> Option<Network> {
        self.source_ip.map(Network::of)
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .filter_map(|cookie| cookie.split_once('='))
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }

    /// Whether the method is one that changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// Whether a browser wants to show the answer to a person: it asks for a page before anything else. Scripts and
    /// other programs do not.
    pub fn is_navigation(&self) -> bool {
        let accept = self.header("accept").unwrap_or_default();
        let first = accept.split([',', ';']).next().unwrap_or_default().trim();
        let is_script = self
            .header("sec-fetch-mode")
            .is_some_and(|mode| mode != "navigate");
        self.is_read() && first.eq_ignore_ascii_case("text/html") && !is_script
    }

    /// Scheme and host as the gateway saw them, in lower case, without the scheme's own port (RFC 5849,
    /// section 3.4.1.2).
    pub fn origin(&self) -> String {
        let lower = |name| self.header(name).map(str::to_ascii_lowercase);
        let scheme = lower("x-forwarded-proto").unwrap_or_else(|| "https".to_owned());
        let host = lower("host").unwrap_or_default();
        let port = if scheme == "http" { ":80" } else { ":443" };
        format!("{scheme}://{}", host.strip_suffix(port).unwrap_or(&host))
    }

    /// The media type of the body, in lower case and without parameters. Empty if none is given.
    pub fn media_type(&self) -> String {
        media_type(&self.headers)
    }

    /// Whether the media type is one of the two form encodings.
    pub fn is_form(&self) -> bool {
        matches!(
            self.media_type().as_str(),
            "application/x-www-form-urlencoded" | "multipart/form-data"
        )
    }

    /// The parameters of the query, in order.
    pub fn query_pairs(&self) -> Result<Vec<(String, String)>, Malformed> {
        form_data::urlencoded(self.query.as_bytes())
    }

    /// The body, of at most [`MAX_BODY`] bytes.
    pub fn body(&self) -> Result<&[u8], Malformed> {
        match self.body.bytes()? {
            body if body.len() > MAX_BODY => Err(Malformed::TooLarge),
            body => Ok(body),
        }
    }

    /// The text fields of a form or multipart body of at most [`MAX_BODY`] bytes, in order.
    pub fn body_pairs(&self) -> Result<Vec<(String, String)>, Malformed> {
        self.body()?;
        Ok(self.form(None)?.pairs)
    }

    /// The text fields of a form or multipart body of any size, and the file in the field `file`.
    pub fn form(&self, file: Option<&str>) -> Result<Form, Malformed> {
        let body = self.body.bytes()?;
        if self.media_type() == "multipart/form-data" {
            let content_type = self.header("content-type").unwrap_or_default();
            return form_data::multipart(content_type, body, file);
        }
        let pairs = form_data::urlencoded(body)?;
        Ok(Form {
            pairs,
            ..Form::default()
        })
    }
}

/// The media type from `headers` (by lower-case name), in lower case and without parameters. It
/// ends at a semicolon, a comma or a blank, as in PHP.
pub(crate) fn media_type(headers: &BTreeMap<String, String>) -> String {
    headers
        .get("content-type")
        .and_then(|value| value.trim_start().split([';', ',', ' ', '\t']).next())
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// The answer to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, with names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Cookies to set, with their attributes.
    pub cookies: Vec<String>,
    /// The body. Every family answers with text.
    pub body: String,
    /// The family's own result code, for the log: `ret`, `errno`, or the callback's `ret`.
    pub code: i64,
    /// For the log: the operation that answered, however it was addressed.
    pub operation: Option<&'static str>,
    /// For the log: the key of the calling app or consumer, if one with that key exists.
    pub client: Option<String>,
}

impl Answer {
    /// An answer with its content type. No cache may store it, and no browser may guess another
    /// type: members' texts are raw in JSON, except for what old clients cannot evaluate.
    pub fn new(status: u16, content_type: &str, body: String, code: i64) -> Self {
        let is_script = ["json", "javascript"]
            .iter()
            .any(|kind| content_type.contains(kind));
        Self {
            status,
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("cache-control", "no-store".to_owned()),
                ("x-content-type-options", "nosniff".to_owned()),
            ],
            cookies: Vec::new(),
            body: if is_script {
                script::runnable(body)
            } else {
                body
            },
            code,
            operation: None,
            client: None,
        }
    }

    /// Sets, for the log, the operation that answers and its client.
    pub fn of(mut self, operation: &'static str, client: Option<String>) -> Self {
        self.operation = Some(operation);
        self.client = client.or(self.client);
        self
    }

    /// Sets a cookie for `path` that lives for `seconds`. Scripts cannot read it, and other sites
    /// send it at most through links. It is limited to TLS if the request came over TLS.
    pub fn cookie(
        mut self,
        request: &Request,
        name: &str,
        value: &str,
        path: &str,
        seconds: i64,
    ) -> Self {
        let secure = match request.header("x-forwarded-proto") {
            Some("http") => "",
            _ => "; Secure",
        };
        self.cookies.push(format!(
            "{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        ));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Something that a host can run: an operation of any family, or `front`.
pub trait Function: Sync {
    /// The name of the package, the binary, the event file and the logical id in the template.
    fn package(&self) -> &'static str;

    /// The paths that the gateway maps to this function. `front` has none and takes all other paths.
    fn paths(&self) -> Vec<String>;

    /// Answers one request. Never fails: errors are in the answer.
    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer>;
}

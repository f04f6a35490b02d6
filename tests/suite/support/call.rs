//! A request on its way to the gateway, and what comes back.

use std::collections::BTreeMap;

use serde_json::Value;
use weiquan::event::Arrival;
use weiquan::form_data;
use weiquan_store::table::meter::Cost;

/// A request on its way to the gateway.
#[derive(Clone)]
pub struct Call(pub Arrival);

impl Call {
    /// `target` is a path with or without a query.
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self(Arrival {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: BTreeMap::from([
                ("host".to_owned(), "weiquan.test".to_owned()),
                ("x-forwarded-proto".to_owned(), "http".to_owned()),
            ]),
            body: Vec::new(),
            source_ip: "203.0.113.7".to_owned(),
            request_id: "request-1".to_owned(),
        })
    }

    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    pub fn post(target: &str) -> Self {
        Self::new("POST", target)
    }

    /// Adds encoded parameters to the query.
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        if !self.0.query.is_empty() {
            self.0.query.push('&');
        }
        self.0
            .query
            .push_str(&form_data::encode(pairs.iter().copied()));
        self
    }

    /// A urlencoded form as the body.
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        let body = form_data::encode(pairs.iter().copied());
        self.body("application/x-www-form-urlencoded", body.as_bytes())
    }

    /// A JSON body.
    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string().as_bytes())
    }

    /// A multipart form of text fields.
    pub fn multipart(self, pairs: &[(&str, &str)]) -> Self {
        let mut body = String::new();
        for (name, value) in pairs {
            body += &format!(
                "--XYZ\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += "--XYZ--\r\n";
        self.body("multipart/form-data; boundary=XYZ", body.as_bytes())
    }

    /// Any body.
    pub fn body(mut self, content_type: &str, body: &[u8]) -> Self {
        self.0.body = body.to_vec();
        self.header("content-type", content_type)
    }

    /// A header, by lower-case name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The caller's address.
    pub fn from(mut self, ip: &str) -> Self {
        self.0.source_ip = ip.to_owned();
        self
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    pub cost: Cost,
    /// Who answered.
    pub operation: Option<&'static str>,
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

pub fn refs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

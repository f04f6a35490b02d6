//! The parameters of a call as they were sent (okayapi sections 1.3 and 3.4).

use std::collections::BTreeMap;

use super::body::Content;
use super::value::Value;
use crate::form_data::Malformed;
use crate::form_data::php::{self, flag};
use crate::http::Request;

/// All parameters of a call, merged: a JSON body overrides a form body, which overrides the query.
/// The last value of a name wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    /// The values by name. The app's key is `app_key`, wherever it was sent.
    pub(super) values: BTreeMap<String, Value>,
    /// The values whose names have brackets, by the name as it was sent, with the name before the brackets.
    pub(super) bracketed: BTreeMap<String, (String, Vec<String>)>,
    /// The app's key was in the header `APPKEY`.
    pub(super) key_in_header: bool,
}

/// The name of the app's key.
pub(super) const APP_KEY: &str = "app_key";

/// The smallest number of characters in an app's key.
pub(super) const MIN_KEY: usize = 32;

/// Other names of the app's key as a parameter.
const KEY_NAMES: [&str; 2] = ["APPKEY", "HTTP_APPKEY"];

impl Params {
    /// Collects the parameters of a request. If a part cannot be read, returns the others with the
    /// reason.
    pub fn collect(request: &Request) -> (Self, Option<Malformed>) {
        let mut params = Self::default();
        let mut parts = Vec::new();
        let mut malformed = None;
        let mut or_malformed = |pairs: Result<_, Malformed>| match pairs {
            Ok(pairs) => parts.push(pairs),
            Err(reason) => drop(malformed.get_or_insert(reason)),
        };
        or_malformed(request.query_pairs());
        let mut object = BTreeMap::new();
        match Content::of(request) {
            Ok(Content::Object(own)) => object = own,
            Ok(Content::Form(pairs)) => or_malformed(Ok(pairs)),
            Err(reason) => or_malformed(Err(reason)),
        }
        params.extend(parts);
        params.values.extend(object);
        params.name_key(request);
        (params, malformed)
    }

    /// Puts the app's key under its own name, so that it is signed wherever it was sent.
    fn name_key(&mut self, request: &Request) {
        if self.text(APP_KEY).is_some() {
            return;
        }
        let other = KEY_NAMES.iter().find(|name| self.text(name).is_some());
        let key = match other {
            Some(name) => self.values.remove(*name),
            None => request
                .header("appkey")
                .map(|key| Value::Text(key.to_owned())),
        };
        self.key_in_header = other.is_none() && key.is_some();
        self.values.extend(key.map(|key| (APP_KEY.to_owned(), key)));
    }

    fn extend(&mut self, parts: Vec<Vec<(String, String)>>) {
        for part in &parts {
            let mut own: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
            for (name, value) in part {
                if let Some((base, _)) = php::brackets(name) {
                    let (_, values) = own
                        .entry(name.clone())
                        .or_insert_with(|| (base.to_owned(), Vec::new()));
                    values.push(value.clone());
                }
            }
            self.bracketed.extend(own);
        }
        let all = php::merged(parts).into_iter();
        self.values.extend(all.map(|(name, node)| match node {
            php::Node::Text(text) => (name, Value::Text(text)),
            array => (name, Value::Array(array.to_json())),
        }));
    }

    /// The parameter as text; `None` if it is absent or `null`.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.text()),
        }
    }

    /// Whether the parameter says yes, in any spelling that clients send.
    pub fn is_set(&self, name: &str) -> bool {
        self.text(name).and_then(flag) == Some(true)
    }

    /// The parameter as text, if it was sent and is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }
}

//! The parameters of a call and the rules that they are held to (okayapi sections 1.3, 3.4, 4.2).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use body::Content;

use super::error::Error;
use crate::form::Malformed;
use crate::form::php::{self, flag, intval, says_nothing};
use crate::http::Request;

mod body;

/// All parameters of a call, merged: JSON body over form body over query, the last of several wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    /// By name; the app's key is `app_key`, wherever it came from.
    pub(super) values: BTreeMap<String, Value>,
    /// The values whose names have brackets, with the name before them, by the name as it was sent.
    pub(super) bracketed: BTreeMap<String, (String, Vec<String>)>,
    /// The app's key came in the header `APPKEY`.
    pub(super) key_in_header: bool,
}

/// The name of the app's key.
pub(super) const APP_KEY: &str = "app_key";

/// How many characters an app's key has at least.
pub(super) const MIN_KEY: usize = 32;

/// Other names of the app's key as a parameter.
const KEY_NAMES: [&str; 2] = ["APPKEY", "HTTP_APPKEY"];

/// A parameter as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text of a query, a form or a JSON string.
    Text(String),
    /// A JSON number, as it was written.
    Number(String),
    /// `true` or `false` of a JSON body.
    Bool(bool),
    /// `null` of a JSON body: counts as absent.
    Null,
    /// An array or object of a JSON body, as it was written.
    Json(String),
    /// PHP's array of names with brackets, as JSON.
    Array(String),
}

impl Value {
    /// The parameter as text: booleans as PHP writes them (section 1.3).
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Json(text) | Self::Array(text) => text,
            Self::Bool(true) => "1",
            Self::Bool(false) | Self::Null => "",
        }
    }

    /// Yes or no; `None` where it says nothing. Any other text is a number, of which all but 0 are yes.
    fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(is_set) => Some(*is_set),
            value if says_nothing(value.text()) => None,
            value => {
                let text = value.text();
                Some(flag(text).unwrap_or_else(|| intval(text) != 0))
            }
        }
    }

    /// Whether a number counts as absent: forms send blank fields. `false` is PHP's 0.
    fn is_no_number(&self) -> bool {
        self.text().is_empty() && *self != Self::Bool(false)
    }
}

impl Params {
    /// Collects the parameters of a request. Where a part cannot be read, the others come with the
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

    /// Puts the app's key under its own name, so that it is signed wherever it came from.
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

    /// The parameter as text; `None` where it is absent or `null`.
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

    /// The parameter as text where it is there and not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }
}

/// One parameter of an operation: its rule, and what documentation and sample events say of it.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it must be.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub words: &'static str,
    /// What a sample event sends.
    pub example: Option<&'static str>,
}

/// What a parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text of `min` to `max` characters.
    Text {
        /// The least number of characters.
        min: usize,
        /// The largest number of characters.
        max: usize,
    },
    /// A whole number of `min` to `max`, read as PHP's `intval` does.
    Int {
        /// The least value.
        min: i64,
        /// The largest value.
        max: i64,
        /// What an absent or empty one counts as.
        default: Option<i64>,
    },
    /// Yes or no, in any spelling that clients send: 1 or 0.
    Flag {
        /// What one counts as that is absent or says nothing.
        default: Option<bool>,
    },
    /// Names with commas between them.
    List,
    /// The text of a JSON object.
    Object,
}

impl Param {
    /// A text of any length.
    pub const fn text(name: &'static str, words: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Text {
                min: 0,
                max: usize::MAX,
            },
            required: false,
            words,
            example: None,
        }
    }

    /// A whole number.
    pub const fn int(name: &'static str, words: &'static str) -> Self {
        Self {
            kind: Kind::Int {
                min: i64::MIN,
                max: i64::MAX,
                default: None,
            },
            ..Self::text(name, words)
        }
    }

    /// Yes or no, and what an absent one counts as.
    pub const fn flag(name: &'static str, words: &'static str, default: Option<bool>) -> Self {
        Self {
            kind: Kind::Flag { default },
            ..Self::text(name, words)
        }
    }

    /// Names with commas between them.
    pub const fn list(name: &'static str, words: &'static str) -> Self {
        Self {
            kind: Kind::List,
            ..Self::text(name, words)
        }
    }

    /// A JSON object.
    pub const fn object(name: &'static str, words: &'static str) -> Self {
        Self {
            kind: Kind::Object,
            ..Self::text(name, words)
        }
    }

    /// It must be there.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The least and the largest number of characters of a text.
    pub const fn len(mut self, min: usize, max: usize) -> Self {
        self.kind = Kind::Text { min, max };
        self
    }

    /// The least and the largest value of a number, and what an absent one counts as.
    pub const fn range(mut self, min: i64, max: i64, default: Option<i64>) -> Self {
        self.kind = Kind::Int { min, max, default };
        self
    }

    /// What a sample event sends.
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    /// Checks the parameter: `None` where it is absent, else what the operation gets.
    pub(super) fn check(&self, params: &Params) -> Result<Option<Json>, Error> {
        let name = self.name;
        let value = params.values.get(name);
        let Some((value, text)) = value.zip(params.text(name)) else {
            return match (self.required, self.kind) {
                (true, _) => Err(Error::Missing(name)),
                (false, Kind::Int { default, .. }) => Ok(default.map(Json::from)),
                (false, Kind::Flag { default }) => Ok(default.map(one_or_zero)),
                (false, Kind::List) => Ok(Some(Json::Array(Vec::new()))),
                (false, _) => Ok(None),
            };
        };
        match self.kind {
            Kind::Text { min, max } => {
                let len = text.chars().count();
                if len < min {
                    return Err(Error::TooShort { name, min, len });
                }
                if len > max {
                    return Err(Error::TooLong { name, max, len });
                }
                Ok(Some(Json::from(text)))
            }
            Kind::Int { default, .. } if value.is_no_number() && !self.required => {
                Ok(default.map(Json::from))
            }
            Kind::Int { min, max, .. } => {
                let value = intval(text);
                if value < min {
                    return Err(Error::TooSmall { name, min, value });
                }
                if value > max {
                    return Err(Error::TooLarge { name, max, value });
                }
                Ok(Some(Json::from(value)))
            }
            Kind::Flag { default } => Ok(value.flag().or(default).map(one_or_zero)),
            Kind::List => Ok(Some(list(text))),
            Kind::Object if text.is_empty() && !self.required => Ok(None),
            Kind::Object => {
                // Every value as strict as whoever will read it: no half of a pair of surrogates, no
                // depth that a parser gives up at.
                serde_json::from_str::<Map<String, Json>>(text)
                    .map_err(|_not_an_object| Error::NotJson(name))?;
                Ok(Some(Json::from(text)))
            }
        }
    }
}

/// Checks `rules` in order; the first that fails decides.
pub(super) fn check<'a>(
    rules: impl IntoIterator<Item = &'a Param>,
    params: &Params,
) -> Result<Map<String, Json>, Error> {
    let mut checked = Map::new();
    for rule in rules {
        if let Some(value) = rule.check(params)? {
            checked.insert(rule.name.to_owned(), value);
        }
    }
    Ok(checked)
}

fn one_or_zero(is_set: bool) -> Json {
    Json::from(i64::from(is_set))
}

fn list(text: &str) -> Json {
    // An object counts as its values, as in PHP, where both are arrays.
    let names = serde_json::from_str::<Vec<String>>(text)
        .or_else(|_no_list| {
            serde_json::from_str::<BTreeMap<String, String>>(text)
                .map(|object| object.into_values().collect())
        })
        .unwrap_or_else(|_not_json| text.split(',').map(str::to_owned).collect());
    names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .map(Json::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_trimmed_and_lose_their_blanks() {
        assert_eq!(list("id, uuid,,"), serde_json::json!(["id", "uuid"]));
        assert_eq!(list(""), serde_json::json!([]));
        assert_eq!(list(r#"["id","uuid"]"#), serde_json::json!(["id", "uuid"]));
        let object = r#"{"1":"uuid","0":"id"}"#;
        assert_eq!(list(object), serde_json::json!(["id", "uuid"]));
    }
}

//! The parameters of a call and the rules that they are held to (okayapi sections 1.3, 3.4, 4.2).

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::error::Error;
use crate::form::Malformed;
use crate::http::Request;

/// All parameters of a call, merged: JSON body over form body over query, the last of several wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    /// By name; the app's key is `app_key`, wherever it came from.
    pub(super) values: BTreeMap<String, Value>,
    /// The app's key came in the header `APPKEY`.
    pub(super) key_in_header: bool,
}

/// The name of the app's key.
pub(super) const APP_KEY: &str = "app_key";

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
}

impl Value {
    /// The parameter as text: booleans as PHP writes them (section 1.3).
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Json(text) => text,
            Self::Bool(true) => "1",
            Self::Bool(false) | Self::Null => "",
        }
    }
}

impl Params {
    /// Collects the parameters of a request. Where a part cannot be read, the others come with the
    /// reason.
    pub async fn collect(request: &Request) -> (Self, Option<Malformed>) {
        let mut params = Self::default();
        let query = params.extend(request.query_pairs());
        let body = match request.body() {
            Ok([]) => Ok(()),
            Ok(body) => params.extend_from_body(request, body).await,
            Err(malformed) => Err(malformed),
        };
        params.name_key(request);
        (params, query.and(body).err())
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

    async fn extend_from_body(&mut self, request: &Request, body: &[u8]) -> Result<(), Malformed> {
        let media_type = request.media_type();
        let is_json = media_type.ends_with("json");
        if is_json || body.trim_ascii_start().first() == Some(&b'{') {
            match json_object(body) {
                Ok(object) => {
                    self.values.extend(object);
                    return Ok(());
                }
                Err(malformed) if is_json => return Err(malformed),
                Err(_) => {}
            }
        }
        match media_type.as_str() {
            "" | "application/x-www-form-urlencoded" | "multipart/form-data" => {
                self.extend(request.body_pairs().await)
            }
            // As PHP does, which reads no other body.
            _ => Ok(()),
        }
    }

    fn extend(&mut self, pairs: Result<Vec<(String, String)>, Malformed>) -> Result<(), Malformed> {
        let texts = pairs?
            .into_iter()
            .map(|(name, text)| (name, Value::Text(text)));
        self.values.extend(texts);
        Ok(())
    }

    /// The parameter as text; `None` where it is absent or `null`.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.text()),
        }
    }

    /// The parameter as text where it is there and not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }
}

fn json_object(body: &[u8]) -> Result<BTreeMap<String, Value>, Malformed> {
    let text = std::str::from_utf8(body).map_err(|_not_utf8| Malformed::Utf8)?;
    let object: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(text).map_err(|_not_an_object| Malformed::Json)?;
    object
        .into_iter()
        .map(|(name, raw)| {
            let raw = raw.get();
            let value = match raw.bytes().next() {
                Some(b'"') => {
                    Value::Text(serde_json::from_str(raw).map_err(|_not_unicode| Malformed::Json)?)
                }
                Some(b'{' | b'[') => Value::Json(raw.to_owned()),
                Some(b't') => Value::Bool(true),
                Some(b'f') => Value::Bool(false),
                Some(b'n') => Value::Null,
                _ => Value::Number(raw.to_owned()),
            };
            Ok((name, value))
        })
        .collect()
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
        let Some(text) = params.text(name) else {
            return match (self.required, self.kind) {
                (true, _) => Err(Error::Missing(name)),
                (false, Kind::Int { default, .. }) => Ok(default.map(Json::from)),
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
            Kind::Int { default, .. } if text.is_empty() && !self.required => {
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

/// PHP's `intval`: the leading whole number, else 0; beyond 64 bits the nearest.
fn intval(text: &str) -> i64 {
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    digits
        .bytes()
        .take_while(u8::is_ascii_digit)
        .fold(0i64, |value, digit| {
            let digit = i64::from(digit - b'0');
            let value = value.saturating_mul(10);
            if negative {
                value.saturating_sub(digit)
            } else {
                value.saturating_add(digit)
            }
        })
}

fn list(text: &str) -> Json {
    let names = serde_json::from_str::<Vec<String>>(text)
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
    fn numbers_read_as_php_reads_them() {
        for (text, value) in [
            ("12", 12),
            (" 12abc", 12),
            ("-3", -3),
            ("+4", 4),
            ("1.5", 1),
            ("abc", 0),
            ("", 0),
            ("-", 0),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", i64::MIN),
        ] {
            assert_eq!(intval(text), value, "{text:?}");
        }
    }

    #[test]
    fn lists_are_trimmed_and_lose_their_blanks() {
        assert_eq!(list("id, uuid,,"), serde_json::json!(["id", "uuid"]));
        assert_eq!(list(""), serde_json::json!([]));
        assert_eq!(list(r#"["id","uuid"]"#), serde_json::json!(["id", "uuid"]));
    }

    #[test]
    fn json_values_keep_their_spelling() {
        let object = json_object(
            br#"{"a":"x\u597d","b":1.50,"c":true,"d":false,"e":null,"f":{"g": 1},"b":2}"#,
        )
        .unwrap();
        let text = |name: &str| object[name].text().to_owned();
        assert_eq!(
            ["a", "b", "c", "d", "e", "f"].map(text),
            ["x好", "2", "1", "", "", r#"{"g": 1}"#]
        );
        assert_eq!(json_object(b"[1]"), Err(Malformed::Json));
        assert_eq!(json_object(b"\"\xff\""), Err(Malformed::Utf8));
        assert_eq!(json_object(br#"{"a":"\ud800"}"#), Err(Malformed::Json));
    }
}

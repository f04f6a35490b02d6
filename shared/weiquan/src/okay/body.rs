//! What a body holds, by its media type and its first character (okayapi section 3.4).

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::value::Value;
use crate::form_data::Malformed;
use crate::http::Request;

/// What a body holds.
pub(super) enum Content {
    /// A JSON object.
    Object(BTreeMap<String, Value>),
    /// The pairs of a form. Empty for a body that is not read.
    Form(Vec<(String, String)>),
}

impl Content {
    pub(super) fn of(request: &Request) -> Result<Self, Malformed> {
        let body = request.body()?;
        let media_type = request.media_type();
        let is_json = media_type.ends_with("json") && !body.is_empty();
        if is_json || body.trim_ascii_start().first() == Some(&b'{') {
            match json_object(body) {
                Ok(object) => return Ok(Self::Object(object)),
                Err(malformed) if is_json => return Err(malformed),
                Err(_) => {}
            }
        }
        if !body.is_empty() && (media_type.is_empty() || request.is_form()) {
            return request.body_pairs().map(Self::Form);
        }
        // As in PHP, which reads no other body.
        Ok(Self::Form(Vec::new()))
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

#[cfg(test)]
mod tests {
    use super::*;

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

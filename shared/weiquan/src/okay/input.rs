//! The types of parameters and their rules (okayapi sections 1.3 and 4.2).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::error::Error;
use super::params::Params;
use super::value::Value;
use crate::form_data::php::intval;
use crate::schema::{FromParam, Kind, Param, Source};

impl Source for Params {
    type Error = Error;
}

/// The text of a parameter that was sent; 400 if it is required and absent.
fn given<'a>(params: &'a Params, param: &Param) -> Result<Option<&'a str>, Error> {
    match params.text(param.name) {
        None if param.required => Err(Error::Missing(param.name)),
        text => Ok(text),
    }
}

/// The same, unless it is blank. A required parameter may be blank.
fn filled<'a>(params: &'a Params, param: &Param) -> Result<Option<&'a str>, Error> {
    Ok(given(params, param)?.filter(|text| !text.is_empty() || param.required))
}

/// A text whose length is in the allowed range.
pub(super) fn text<'a>(params: &'a Params, param: &Param) -> Result<Option<&'a str>, Error> {
    let name = param.name;
    let text = given(params, param)?;
    if let (Some(text), Kind::Text { min, max }) = (text, param.kind) {
        let len = text.chars().count();
        if len < min {
            return Err(Error::TooShort { name, min, len });
        }
        if len > max {
            return Err(Error::TooLong { name, max, len });
        }
    }
    Ok(text)
}

/// A number in its range, read as PHP's `intval` does.
fn int(params: &Params, param: &Param) -> Result<Option<i64>, Error> {
    let Kind::Int { min, max, default } = param.kind else {
        return Ok(None);
    };
    let text = given(params, param)?;
    let is_none = |value: &Value| value.is_no_number() && !param.required;
    let Some(text) = text.filter(|_| !params.values.get(param.name).is_some_and(is_none)) else {
        return Ok(default);
    };
    let (name, value) = (param.name, intval(text));
    if value < min {
        return Err(Error::TooSmall { name, min, value });
    }
    if value > max {
        return Err(Error::TooLarge { name, max, value });
    }
    Ok(Some(value))
}

/// Yes or no, in any spelling that clients send.
fn yes(params: &Params, param: &Param) -> Result<Option<bool>, Error> {
    let Kind::Flag { default } = param.kind else {
        return Ok(None);
    };
    given(params, param)?;
    let value = params.values.get(param.name);
    Ok(value.and_then(Value::flag).or(default))
}

/// Returns the value. If it is absent and the rule has no default, the parameter is missing.
fn or_missing<T>(value: Option<T>, param: &Param) -> Result<T, Error> {
    value.ok_or(Error::Missing(param.name))
}

impl FromParam<'_, Params> for String {
    const KIND: Kind = Kind::TEXT;
    const REQUIRED: bool = true;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        or_missing(text(params, param)?, param).map(str::to_owned)
    }
}

impl FromParam<'_, Params> for Option<String> {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        Ok(text(params, param)?.map(str::to_owned))
    }
}

/// A text; a blank one counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled(pub Option<String>);

impl FromParam<'_, Params> for Filled {
    const KIND: Kind = Kind::TEXT;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        let text = text(params, param)?.filter(|text| !text.is_empty());
        Ok(Self(text.map(str::to_owned)))
    }
}

/// Hex digits in upper case. Clients send them in either case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpperHex(pub String);

impl FromParam<'_, Params> for UpperHex {
    const KIND: Kind = Kind::TEXT;
    const REQUIRED: bool = true;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        let text = or_missing(text(params, param)?, param)?;
        Ok(Self(text.to_ascii_uppercase()))
    }
}

/// The number as the type that the operation wants. A number that does not fit is negative.
fn whole<T: TryFrom<i64>>(value: i64, param: &Param) -> Result<T, Error> {
    T::try_from(value).map_err(|_negative| {
        let (name, min) = (param.name, 0);
        Error::TooSmall { name, min, value }
    })
}

/// Implements whole numbers of one type.
macro_rules! ints {
    ($($ty:ty),+) => {
        $(impl FromParam<'_, Params> for $ty {
            const KIND: Kind = Kind::INT;
            const REQUIRED: bool = true;

            fn read(params: &Params, param: &Param) -> Result<Self, Error> {
                let value = or_missing(int(params, param)?, param)?;
                whole(value, param)
            }
        }

        impl FromParam<'_, Params> for Option<$ty> {
            const KIND: Kind = Kind::INT;

            fn read(params: &Params, param: &Param) -> Result<Self, Error> {
                let value = int(params, param)?;
                value.map(|value| whole(value, param)).transpose()
            }
        })+
    };
}

ints!(i64, u64, usize);

impl FromParam<'_, Params> for Option<bool> {
    const KIND: Kind = Kind::FLAG;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        yes(params, param)
    }
}

impl FromParam<'_, Params> for bool {
    const KIND: Kind = Kind::FLAG;
    const REQUIRED: bool = true;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        or_missing(yes(params, param)?, param)
    }
}

/// Texts separated by commas, or a JSON list of texts, without blanks.
impl FromParam<'_, Params> for Vec<String> {
    const KIND: Kind = Kind::List;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        Ok(given(params, param)?.map(list).unwrap_or_default())
    }
}

/// The text of a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object(pub String);

impl FromParam<'_, Params> for Option<Object> {
    const KIND: Kind = Kind::Object;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        let Some(text) = filled(params, param)? else {
            return Ok(None);
        };
        // Checks every value as strictly as later readers do: no half of a surrogate pair, and no
        // depth at which a parser gives up.
        serde_json::from_str::<Map<String, Json>>(text)
            .map_err(|_not_an_object| Error::NotJson(param.name))?;
        Ok(Some(Object(text.to_owned())))
    }
}

impl FromParam<'_, Params> for Object {
    const KIND: Kind = Kind::Object;
    const REQUIRED: bool = true;

    fn read(params: &Params, param: &Param) -> Result<Self, Error> {
        or_missing(Option::<Self>::read(params, param)?, param)
    }
}

fn list(text: &str) -> Vec<String> {
    // An object counts as the list of its values. In PHP both are arrays.
    let names = serde_json::from_str::<Vec<String>>(text)
        .or_else(|_no_list| {
            serde_json::from_str::<BTreeMap<String, String>>(text)
                .map(|object| object.into_values().collect())
        })
        .unwrap_or_else(|_not_json| text.split(',').map(str::to_owned).collect());
    let names = names.iter().map(|name| name.trim());
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_trimmed_and_lose_their_blanks() {
        assert_eq!(list("id, uuid,,"), ["id", "uuid"]);
        assert_eq!(list(""), Vec::<String>::new());
        assert_eq!(list(r#"["id","uuid"]"#), ["id", "uuid"]);
        let object = r#"{"1":"uuid","0":"id"}"#;
        assert_eq!(list(object), ["id", "uuid"]);
    }
}

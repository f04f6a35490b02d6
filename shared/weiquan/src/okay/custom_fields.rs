//! Custom fields: `more_data` when writing, `more_select` when reading (okayapi section 7.5).

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::data::to_json;
use super::input::Object;
use crate::fault::Fault;

/// The system's own columns. No custom field may have one of these names.
const RESERVED: [&str; 5] = ["id", "uuid", "add_time", "update_time", "ext_data"];

/// Custom fields by name. Values are kept as they were written.
pub type Fields = BTreeMap<String, Box<RawValue>>;

/// The custom fields of `more_data` in the form in which they are stored, without those named like
/// a column (`is_column` knows them) or like a system column. `None` if nothing is left.
pub fn stored(
    more_data: Option<&Object>,
    is_column: impl Fn(&str) -> bool,
) -> Result<Option<String>, Fault> {
    let mut fields = parse(more_data.map(|object| object.0.as_str()))?;
    fields.retain(|name, _| !RESERVED.contains(&name.as_str()) && !is_column(name));
    if fields.is_empty() {
        return Ok(None);
    }
    to_json(&fields).map(Some)
}

/// The stored custom fields.
pub fn parse(stored: Option<&str>) -> Result<Fields, Fault> {
    stored.map_or(Ok(Fields::new()), |text| {
        serde_json::from_str(text).map_err(|error| Fault::new("custom fields", error))
    })
}

/// `value` as the value of a field.
pub fn field(value: &impl serde::Serialize) -> Result<Box<RawValue>, Fault> {
    raw(to_json(value)?)
}

/// Makes a raw value from the text of a JSON value.
pub fn raw(json: String) -> Result<Box<RawValue>, Fault> {
    RawValue::from_string(json).map_err(|error| Fault::new("JSON", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_dropped_and_numbers_stay_as_written() {
        let stored = |text: &str| stored(Some(&Object(text.to_owned())), |name| name == "col");
        let text =
            r#"{"id":1,"ext_data":2,"mood":"好/","n":1.50,"big":12345678901234567890123,"col":3}"#;
        assert_eq!(
            stored(text).unwrap().unwrap(),
            r#"{"big":12345678901234567890123,"mood":"好/","n":1.50}"#
        );
        assert_eq!(stored(r#"{"uuid":1}"#).unwrap(), None);
        assert_eq!(super::stored(None, |_| false).unwrap(), None);
    }
}

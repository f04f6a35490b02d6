//! Which records of the stream `fanout` gets: the filter that `template.yaml` gives to Lambda.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::table::template;

const FILTERS: &str =
    "/Resources/Fanout/Properties/Events/Stream/Properties/FilterCriteria/Filters";

/// The filter of the template's event source mapping.
pub struct StreamFilter(Vec<Value>);

impl StreamFilter {
    /// Reads the filter. Of the language of filters it supports equal values and prefixes.
    pub fn of_template() -> Result<Self> {
        let filters = template(FILTERS)?;
        let filters = filters.as_array().map(Vec::as_slice).unwrap_or_default();
        let patterns = filters.iter().map(|filter| {
            let text = filter.get("Pattern").and_then(Value::as_str);
            let pattern: Value = serde_json::from_str(text.unwrap_or_default())
                .context("template.yaml: a filter does not read")?;
            ensure!(
                is_known(&pattern),
                "template.yaml: a filter that is not known here: {pattern}"
            );
            Ok(pattern)
        });
        patterns.collect::<Result<_, _>>().map(Self)
    }

    /// Whether the function gets a record, given in the form in which Lambda passes it on.
    pub fn wants(&self, record: &Value) -> bool {
        self.0.iter().any(|pattern| fits(pattern, Some(record)))
    }
}

fn is_known(pattern: &Value) -> bool {
    let is_value =
        |value: &Value| prefix(value).is_some() || !(value.is_object() || value.is_array());
    match pattern {
        Value::Object(fields) => fields.values().all(is_known),
        Value::Array(values) => values.iter().all(is_value),
        _ => false,
    }
}

fn prefix(value: &Value) -> Option<&str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get("prefix")?.as_str()
}

fn fits(pattern: &Value, found: Option<&Value>) -> bool {
    match pattern {
        Value::Object(fields) => fields
            .iter()
            .all(|(name, pattern)| fits(pattern, found.and_then(|found| found.get(name)))),
        Value::Array(values) => values.iter().any(|value| match prefix(value) {
            Some(prefix) => found
                .and_then(Value::as_str)
                .is_some_and(|found| found.starts_with(prefix)),
            None => found == Some(value),
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_must_all_fit_and_one_of_their_values() {
        let pattern = json!({ "a": ["x", { "prefix": "P#" }], "b": { "c": [1] } });
        assert!(is_known(&pattern));
        for (record, fit) in [
            (json!({ "a": "x", "b": { "c": 1 }, "d": 2 }), true),
            (json!({ "a": "P#1", "b": { "c": 1 } }), true),
            (json!({ "a": "P", "b": { "c": 1 } }), false),
            (json!({ "a": "x", "b": { "c": "1" } }), false),
            (json!({ "a": "x" }), false),
        ] {
            assert_eq!(fits(&pattern, Some(&record)), fit, "{record}");
        }
    }

    #[test]
    fn what_is_not_known_is_no_filter() {
        for pattern in [
            json!({ "a": "x" }),
            json!({ "a": [{ "suffix": "x" }] }),
            json!({ "a": [{ "prefix": 1 }] }),
            json!({ "$or": [{ "a": ["x"] }] }),
        ] {
            assert!(!is_known(&pattern), "{pattern}");
        }
    }
}

//! Parameters as PHP reads them, because old clients were written for it: brackets in names,
//! numbers, yes and no, base64 that went through a form.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// How deep brackets may nest. A deeper parameter is left out.
const MAX_DEPTH: usize = 64;

/// A parameter: a text, or the array that names with brackets build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// The last value of a name without brackets.
    Text(String),
    /// `a[]=1&a[b]=2`.
    Array(Array),
}

/// PHP's array: values by key, in the order in which the keys were first used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Array {
    places: BTreeMap<String, usize>,
    values: Vec<(String, Node)>,
    /// The next free number.
    next: usize,
}

impl Array {
    /// The value at `key`, or at the next free number. If there is none, `empty` makes it.
    fn at(&mut self, key: &str, empty: impl FnOnce() -> Node) -> Option<&mut Node> {
        let key = match key {
            "" => self.next.to_string(),
            key => key.to_owned(),
        };
        if let Some(number) = key.parse::<usize>().ok().filter(|n| n.to_string() == key) {
            self.next = self.next.max(number.saturating_add(1));
        }
        let place = *self.places.entry(key.clone()).or_insert_with(|| {
            self.values.push((key, empty()));
            self.values.len() - 1
        });
        self.values.get_mut(place).map(|(_, value)| value)
    }

    /// Whether the keys are 0, 1, 2 and so on.
    fn is_list(&self) -> bool {
        let mut keys = self.values.iter().map(|(key, _)| key).enumerate();
        keys.all(|(at, key)| *key == at.to_string())
    }
}

impl Node {
    fn array() -> Self {
        Self::Array(Array::default())
    }

    /// Puts a value at the path `keys`. A value on the way that is no array becomes one.
    fn put(&mut self, keys: &[&str], text: String) {
        let Some((key, rest)) = keys.split_first() else {
            *self = Self::Text(text);
            return;
        };
        if let Self::Text(_) = self {
            *self = Self::array();
        }
        let Self::Array(array) = self else { return };
        if let Some(value) = array.at(key, || Self::Text(String::new())) {
            value.put(rest, text);
        }
    }

    /// Puts the values of `over` over those with the same keys.
    fn merge(&mut self, over: Self) {
        match (self, over) {
            (Self::Array(own), Self::Array(over)) => {
                for (key, value) in over.values {
                    let mut is_new = false;
                    let place = own.at(&key, || {
                        is_new = true;
                        Self::Text(String::new())
                    });
                    match place {
                        Some(place) if is_new => *place = value,
                        Some(place) => place.merge(value),
                        None => {}
                    }
                }
            }
            (own, over) => *own = over,
        }
    }

    /// The texts in it, joined by `separator`.
    pub fn joined(&self, separator: &str) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Array(array) => {
                let values = array.values.iter();
                let texts: Vec<String> = values.map(|(_, value)| value.joined(separator)).collect();
                texts.join(separator)
            }
        }
    }

    /// Whether it is an array whose keys are 0, 1, 2 and so on.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Array(array) if array.is_list())
    }

    /// As JSON: a list if the keys are 0, 1, 2 and so on, else an object.
    pub fn to_json(&self) -> String {
        // Texts, and lists and objects of them, can always be serialised.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(array) if array.is_list() => {
                serializer.collect_seq(array.values.iter().map(|(_, value)| value))
            }
            Self::Array(array) => {
                let mut map = serializer.serialize_map(Some(array.values.len()))?;
                for (key, value) in &array.values {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// The name before the brackets and the keys in them; `None` for a name without closed brackets.
pub fn brackets(name: &str) -> Option<(&str, Vec<&str>)> {
    let (base, mut rest) = name.trim_start_matches(' ').split_once('[')?;
    if base.is_empty() {
        return None;
    }
    let mut keys = Vec::new();
    while let Some((key, after)) = rest.split_once(']') {
        keys.push(key.trim_start());
        match after.strip_prefix('[') {
            Some(next) => rest = next,
            None => break,
        }
    }
    (!keys.is_empty()).then_some((base, keys))
}

/// The parameters of one part of a request. The last value of a name wins.
fn built(pairs: Vec<(String, String)>) -> BTreeMap<String, Node> {
    let mut built = BTreeMap::new();
    for (name, text) in pairs {
        let (base, keys) = brackets(&name).unwrap_or((&name, Vec::new()));
        if keys.len() > MAX_DEPTH {
            continue;
        }
        let node = built.entry(base.to_owned()).or_insert_with(Node::array);
        node.put(&keys, text);
    }
    built
}

/// The parameters of a request's `parts`. Later ones override earlier ones; arrays are merged key by key.
pub fn merged(parts: impl IntoIterator<Item = Vec<(String, String)>>) -> BTreeMap<String, Node> {
    let mut all = BTreeMap::new();
    for part in parts {
        merge(&mut all, part);
    }
    all
}

/// Puts the parameters of one more part over `all`.
pub fn merge(all: &mut BTreeMap<String, Node>, part: Vec<(String, String)>) {
    for (name, over) in built(part) {
        match all.get_mut(&name) {
            Some(node) => node.merge(over),
            None => drop(all.insert(name, over)),
        }
    }
}

/// PHP's `intval`: the leading whole number, else 0. A number beyond 64 bits becomes the nearest one.
pub fn intval(text: &str) -> i64 {
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

/// Yes or no, in the spellings that clients send, in any case; `None` for anything else.
pub fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" | "y" | "t" => Some(true),
        "" | "0" | "false" | "no" | "off" | "n" | "f" => Some(false),
        _ => None,
    }
}

/// Whether a text that should say yes or no says neither: it is empty, or it is what clients send
/// for a value that they do not have (JavaScript, Python, Objective-C).
pub fn says_nothing(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    matches!(
        text.as_str(),
        "" | "undefined" | "null" | "nan" | "none" | "nil" | "(null)" | "<null>"
    )
}

/// Restores base64 whose `+` a form has turned into blanks. Line ends inside are removed.
pub fn base64(text: &str) -> String {
    let mut base64 = text.trim().replace(' ', "+");
    base64.retain(|c| !c.is_ascii_whitespace());
    base64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::form_data::urlencoded;

    fn json(parts: &[&str]) -> String {
        let parts = parts
            .iter()
            .map(|part| urlencoded(part.as_bytes()).unwrap());
        let all = merged(parts);
        serde_json::to_string(&all).unwrap()
    }

    #[test]
    fn brackets_build_what_php_builds() {
        for (parts, want) in [
            (&["a=1&a=2"][..], r#"{"a":"2"}"#),
            (&["a[]=1&a[]=2"], r#"{"a":["1","2"]}"#),
            (&["a%5B%5D=1&a%5b0%5d=2"], r#"{"a":["2"]}"#),
            (
                &["a[x]=1&a[y][]=2&a[y][]=3"],
                r#"{"a":{"x":"1","y":["2","3"]}}"#,
            ),
            (&["a[2]=1&a[]=2"], r#"{"a":{"2":"1","3":"2"}}"#),
            (&["a[02]=1&a[]=2"], r#"{"a":{"02":"1","0":"2"}}"#),
            (&["a=1&a[x]=2"], r#"{"a":{"x":"2"}}"#),
            (&["a[x]=1&a=2"], r#"{"a":"2"}"#),
            (&["a[x]=1&a[x][y]=2"], r#"{"a":{"x":{"y":"2"}}}"#),
            (&["a[x]junk=1&a[y]z[k]=2"], r#"{"a":{"x":"1","y":"2"}}"#),
            (&["[a]=1&a[b=2&]=3"], r#"{"[a]":"1","]":"3","a[b":"2"}"#),
            (&["a[ x]=1"], r#"{"a":{"x":"1"}}"#),
            (
                &["a[x]=1&b=1", "a[y]=2&b[]=3"],
                r#"{"a":{"x":"1","y":"2"},"b":["3"]}"#,
            ),
            (&["a[]=1&a[]=2", "a[]=3"], r#"{"a":["3","2"]}"#),
            (
                &["a[x][y]=1", "a[x][z]=2"],
                r#"{"a":{"x":{"y":"1","z":"2"}}}"#,
            ),
        ] {
            assert_eq!(json(parts), want, "{parts:?}");
        }
        let deep = format!(
            "a{}=1&b{}=1",
            "[x]".repeat(MAX_DEPTH),
            "[x]".repeat(MAX_DEPTH + 1)
        );
        let all = merged([urlencoded(deep.as_bytes()).unwrap()]);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn arrays_join() {
        let all = merged([urlencoded(b"a[]=1&a[]=2&b=3&c[x]=4").unwrap()]);
        let text = |name: &str| all[name].joined(",");
        assert_eq!(["a", "b", "c"].map(text), ["1,2", "3", "4"]);
        assert!(all["a"].is_list() && !all["b"].is_list() && !all["c"].is_list());
    }

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
    fn yes_and_no_have_many_spellings() {
        for yes in ["1", "true", "True", "TRUE", "yes", "on", " On ", "Y"] {
            assert_eq!(flag(yes), Some(true), "{yes}");
        }
        for no in ["", "0", "false", "False", "no", "off", "N"] {
            assert_eq!(flag(no), Some(false), "{no}");
        }
        for neither in ["2", "-1", "maybe", "truee", "undefined", "null", "NaN"] {
            assert_eq!(flag(neither), None, "{neither}");
        }
        for nothing in [
            "",
            " ",
            "undefined",
            "null",
            "NULL",
            "NaN",
            "None",
            "(null)",
        ] {
            assert!(says_nothing(nothing), "{nothing}");
        }
        for something in ["0", "no", "false", "2", "maybe"] {
            assert!(!says_nothing(something), "{something}");
        }
    }

    #[test]
    fn blanks_of_base64_are_plus_signs() {
        assert_eq!(base64(" ab c=\r\nd\n"), "ab+c=d");
    }

    proptest! {
        #[test]
        fn no_name_panics(names in prop::collection::vec("[ab\\[\\]0-2]{0,8}", 0..12)) {
            let pairs: Vec<_> = names.into_iter().map(|name| (name, "1".to_owned())).collect();
            let all = merged([pairs.clone(), pairs]);
            prop_assert!(all.values().all(|node| !node.to_json().is_empty()));
        }
    }
}

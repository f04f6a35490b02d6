//! What scripts of web pages need in the answers that they run.

/// The longest name of a callback function, in bytes.
const MAX_NAME: usize = 128;

/// Whether `name` is a valid callback name: letters, digits, `_`, `.` and `$`.
pub fn is_function(name: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$');
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(is_part)
}

/// `json` with Unicode's line separators escaped. They end a line of JavaScript and so break JSONP
/// and `eval`. In JSON they occur only in strings.
pub fn runnable(json: String) -> String {
    if !json.contains(['\u{2028}', '\u{2029}']) {
        return json;
    }
    json.replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_separators_are_escaped_and_nothing_else() {
        for (json, want) in [
            (r#"{"a":"/好\\"}"#, r#"{"a":"/好\\"}"#),
            (
                "[\"\u{2028}\u{2029}\u{2027}\"]",
                "[\"\\u2028\\u2029\u{2027}\"]",
            ),
        ] {
            assert_eq!(runnable(json.to_owned()), want);
        }
    }

    #[test]
    fn names_of_functions_hold_no_code() {
        for name in ["a", "1", ".a", "parent.jsonp1", "$.x_", &"a".repeat(128)] {
            assert!(is_function(name), "{name}");
        }
        for name in [
            "",
            " ",
            "a b",
            "a-b",
            "a(b)",
            "a[0]",
            "a\n",
            "回调",
            "</script>",
            &"a".repeat(129),
        ] {
            assert!(!is_function(name), "{name}");
        }
    }
}

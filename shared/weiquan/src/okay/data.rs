//! `data` of an answer, and the JSON that it is written in (okayapi section 2.2).

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use crate::fault::Fault;
use crate::schema::{Answer, Failure};
use crate::script;

/// `data` of a successful answer, as its final bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data(pub(super) String);

/// The fields of an answer to something new.
#[derive(Debug, Clone, Copy, Serialize, Answer)]
pub struct Created {
    /// Its id: counted from 1, or below 2^53.
    pub id: u64,
}

/// An answer without fields.
#[derive(Debug, Clone, Copy, Serialize, Answer)]
pub struct Done {}

#[derive(Serialize)]
struct WithCode<'a, T> {
    err_code: i64,
    err_msg: &'a str,
    #[serde(flatten)]
    output: T,
}

impl Data {
    /// `err_code` 0, `err_msg` "", and the fields of `output`.
    pub fn new(output: &impl Serialize) -> Result<Self, Fault> {
        Self::with(0, "", output)
    }

    /// The number and text of a failure, and the fields of `output`.
    pub(super) fn failed(failure: Failure, output: &impl Serialize) -> Result<Self, Fault> {
        Self::with(failure.code, failure.text, output)
    }

    fn with(err_code: i64, err_msg: &str, output: &impl Serialize) -> Result<Self, Fault> {
        let with_code = WithCode {
            err_code,
            err_msg,
            output,
        };
        to_json(&with_code).map(Self)
    }
}

/// `value` as JSON: compact, non-ASCII as it is, `/` as `\/` (section 2.2).
pub fn to_json(value: &impl Serialize) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Slashes);
    let written = value.serialize(&mut serializer);
    written.map_err(|error| Fault::new("JSON", error))?;
    let text = String::from_utf8(bytes).map_err(|error| Fault::new("JSON", error))?;
    // Done here and not on the whole answer, because `_auth` is computed over this text.
    Ok(script::runnable(text))
}

/// Escapes `/` in strings, as PHP does.
struct Slashes;

impl Formatter for Slashes {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for (index, piece) in fragment.split('/').enumerate() {
            if index > 0 {
                writer.write_all(b"\\/")?;
            }
            writer.write_all(piece.as_bytes())?;
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        char_escape: CharEscape,
    ) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, char_escape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_php_writes_it() {
        let text = "a/b\"\\\n\u{1}好\u{2028}";
        assert_eq!(
            to_json(&text).unwrap(),
            "\"a\\/b\\\"\\\\\\n\\u0001好\\u2028\""
        );
        assert_eq!(
            serde_json::from_str::<String>(&to_json(&text).unwrap()).unwrap(),
            text
        );
    }
}

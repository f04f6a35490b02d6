//! What a command prints: for people by default, JSON for programs.

use std::io::Write as _;

use serde_json::{Map, Value};

/// The outcome of a command.
pub enum Output {
    /// Names and values.
    Fields(Map<String, Value>),
    /// One item per line; a JSON array for programs.
    Lines(Vec<String>),
    /// A text, the same for people and programs.
    Text(String),
}

impl Output {
    /// Fields of a JSON object.
    pub fn fields(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self::Fields(fields),
            other => Self::Text(other.to_string()),
        }
    }

    /// The outcome for programs.
    pub fn value(self) -> Value {
        match self {
            Self::Fields(fields) => Value::Object(fields),
            Self::Lines(lines) => Value::from(lines),
            Self::Text(text) => Value::from(text),
        }
    }

    /// Prints the outcome.
    pub fn print(self, json: bool) {
        let text = match self {
            Self::Text(text) => text,
            output if json => format!("{:#}", output.value()),
            Self::Lines(lines) => lines.join("\n"),
            Self::Fields(fields) => {
                let width = fields.keys().map(String::len).max().unwrap_or_default();
                let lines = fields
                    .iter()
                    .map(|(name, value)| format!("{name:width$}  {}", plain(value)));
                lines.collect::<Vec<_>>().join("\n")
            }
        };
        let text = text.trim_end();
        if !text.is_empty() {
            // If the pipe is closed, nobody reads on.
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.is_empty() => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

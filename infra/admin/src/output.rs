//! What a command prints: for people by default, JSON for programs.

use serde_json::{Map, Value};

/// The outcome of a command.
pub enum Output {
    /// Names and values.
    Fields(Map<String, Value>),
    /// One thing a line; a JSON array for programs.
    Lines(Vec<String>),
    /// A text of its own, the same for people and programs.
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

    /// Prints the outcome.
    pub fn print(self, json: bool) {
        match self {
            Self::Text(text) => println!("{}", text.trim_end()),
            Self::Fields(fields) if json => println!("{:#}", Value::Object(fields)),
            Self::Lines(lines) if json => println!("{:#}", Value::from(lines)),
            Self::Lines(lines) => lines.iter().for_each(|line| println!("{line}")),
            Self::Fields(fields) => {
                let width = fields.keys().map(String::len).max().unwrap_or_default();
                for (name, value) in fields {
                    println!("{name:width$}  {}", plain(&value));
                }
            }
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

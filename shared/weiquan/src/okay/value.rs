//! The value of a parameter, as it was sent.

use crate::form_data::php::{flag, intval, says_nothing};

/// A parameter as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text of a query, a form or a JSON string.
    Text(String),
    /// A JSON number, as it was written.
    Number(String),
    /// `true` or `false` of a JSON body.
    Bool(bool),
    /// `null` of a JSON body. It counts as absent.
    Null,
    /// An array or object of a JSON body, as it was written.
    Json(String),
    /// PHP's array of names with brackets, as JSON.
    Array(String),
}

impl Value {
    /// The parameter as text: booleans as PHP writes them (section 1.3).
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Json(text) | Self::Array(text) => text,
            Self::Bool(true) => "1",
            Self::Bool(false) | Self::Null => "",
        }
    }

    /// Yes or no; `None` if it is neither. Any other text is read as a number, and every number except 0 means yes.
    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(is_set) => Some(*is_set),
            value if says_nothing(value.text()) => None,
            value => {
                let text = value.text();
                Some(flag(text).unwrap_or_else(|| intval(text) != 0))
            }
        }
    }

    /// Whether a number counts as absent, because forms send blank fields. `false` is PHP's 0.
    pub(super) fn is_no_number(&self) -> bool {
        self.text().is_empty() && *self != Self::Bool(false)
    }
}

//! Changes of single attributes, without hand-written update expressions.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Values, number, text};
use crate::id::{MessageId, RootNumber, Uid, WeiboId};

/// A value that an attribute can have.
pub trait Value {
    /// The value in DynamoDB's form.
    fn value(self) -> AttributeValue;
}

/// Numbers.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Value for $number {
            fn value(self) -> AttributeValue {
                number(self)
            }
        }
    )*};
}

numbers!(
    i64, u64, u32, u16, usize, MessageId, RootNumber, Uid, WeiboId
);

impl Value for bool {
    fn value(self) -> AttributeValue {
        AttributeValue::Bool(self)
    }
}

impl Value for &str {
    fn value(self) -> AttributeValue {
        text(self)
    }
}

impl Value for String {
    fn value(self) -> AttributeValue {
        text(self)
    }
}

impl Value for AttributeValue {
    fn value(self) -> AttributeValue {
        self
    }
}

/// What to change about one item. Names are those of attributes, none of DynamoDB's reserved words.
///
/// The placeholders of its values begin with `:new_` and `:by_`, so those of a condition can have any other name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<&'static str>,
    values: Values,
}

impl Change {
    /// Changes nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets an attribute to `value`.
    pub(crate) fn set(mut self, name: &str, value: impl Value) -> Self {
        self.set.push(format!("{name} = :new_{name}"));
        self.values.insert(format!(":new_{name}"), value.value());
        self
    }

    /// Sets an attribute to that of `other`, or to `value` if the item has no `other`.
    pub(crate) fn set_like(mut self, name: &str, other: &str, value: impl Value) -> Self {
        self.set
            .push(format!("{name} = if_not_exists({other}, :new_{name})"));
        self.values.insert(format!(":new_{name}"), value.value());
        self
    }

    /// Adds to a number that of `other`; the item must have both.
    pub(crate) fn add_other(mut self, name: &str, other: &str) -> Self {
        self.set.push(format!("{name} = {name} + {other}"));
        self
    }

    /// Adds to a number, or to a set of texts. A missing number counts as 0, a missing set as empty.
    pub(crate) fn add(mut self, name: &str, by: impl Value) -> Self {
        self.add.push(format!("{name} :by_{name}"));
        self.values.insert(format!(":by_{name}"), by.value());
        self
    }

    /// Adds to a number, unless `by` is 0.
    pub(crate) fn count(self, name: &str, by: i64) -> Self {
        if by == 0 { self } else { self.add(name, by) }
    }

    /// Removes attributes.
    pub(crate) fn remove(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.remove.extend(names);
        self
    }

    /// Whether nothing is to be changed.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.remove.is_empty()
    }

    /// The update expression and its values.
    pub(super) fn expression(self) -> (String, Values) {
        let clauses = [
            ("SET", self.set.join(", ")),
            ("REMOVE", self.remove.join(", ")),
            ("ADD", self.add.join(", ")),
        ];
        let clauses: Vec<String> = clauses
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(clause, list)| format!("{clause} {list}"))
            .collect();
        (clauses.join(" "), self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_is_written_once() {
        let change = Change::new()
            .set("a", 1_u64)
            .add("n", 2_i64)
            .count("none", 0)
            .set_like("b", "c", "x")
            .remove(["d", "e"]);
        let (expression, values) = change.expression();
        assert_eq!(
            expression,
            "SET a = :new_a, b = if_not_exists(c, :new_b) REMOVE d, e ADD n :by_n"
        );
        assert_eq!(values.len(), 3);
        assert_eq!(values.get(":by_n"), Some(&number(2)));
        assert!(Change::new().count("n", 0).is_empty());
    }
}

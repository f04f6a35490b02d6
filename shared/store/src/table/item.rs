//! Items: what DynamoDB stores under a key.

use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys::{self, Key};
use crate::table::Error;

/// An item in DynamoDB's form.
pub type Item = HashMap<String, AttributeValue>;

/// The largest stored item, in bytes. A hundred of them fit in a page.
pub const MAX_ITEM: usize = 32 * 1024;

/// The values of an update, by placeholder.
pub type Values = HashMap<String, AttributeValue>;

/// The key in DynamoDB's form.
pub(crate) fn key_item(key: &Key) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(key.pk.clone())),
        ("SK".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

/// The key of an item.
pub(crate) fn key_of(item: &Item) -> Option<Key> {
    let part = |name| item.get(name)?.as_s().ok().cloned();
    Some(Key {
        pk: part("PK")?,
        sk: part("SK")?,
    })
}

/// The item for `entity` under `key`.
pub(crate) fn to_item(key: &Key, entity: &impl Serialize) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(entity)
        .map_err(|e| Error::new(format!("an item does not write: {e}")))?;
    item.extend(key_item(key));
    Ok(item)
}

/// Puts `item` into the index under `key`.
pub(crate) fn with_index(mut item: Item, key: Key) -> Item {
    item.insert("GSI1PK".to_owned(), text(key.pk));
    item.insert("GSI1SK".to_owned(), text(key.sk));
    item
}

/// The entity in `item`.
pub(crate) fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    // The cause is dropped because it would quote stored data.
    let unread = |_quoting| format!("an item does not read as {}", std::any::type_name::<T>());
    serde_dynamo::from_item(item).map_err(|cause| Error::new(unread(cause)))
}

/// A number in DynamoDB's form.
pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A text in DynamoDB's form.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// The approximate size of an item in bytes, as DynamoDB counts it.
pub(crate) fn size(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| {
            name.len()
                + match value {
                    AttributeValue::S(text) => text.len(),
                    AttributeValue::B(bytes) => bytes.as_ref().len(),
                    AttributeValue::L(list) => list
                        .iter()
                        .map(|value| value.as_s().map_or(1, String::len) + 1)
                        .sum(),
                    _ => 9,
                }
        })
        .sum()
}

/// The size of `entity` in bytes.
pub(crate) fn stored_size(entity: &impl Serialize) -> Result<usize, Error> {
    Ok(size(&to_item(&keys::nothing(), entity)?))
}

/// The number in the attribute `name`.
pub(crate) fn number_of<T: FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

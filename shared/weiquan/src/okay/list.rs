//! What lists have in common: further fields by name, and the largest size of a page.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::custom_fields::{self, Fields, field};
use super::data::to_json;
use super::error::Error;
use crate::fault::Fault;
use crate::schema::{Answer, Schema};
use weiquan_store::table::MAX_ITEM;

/// The largest page, in bytes of JSON (okayapi section 5.3.4). It has room for a hundred items of [`MAX_SHOWN`]
/// with [`MAX_NAMES`] each, for their times and numbers, and for the text around them.
pub const MAX_PAGE: usize = 4 << 20;
/// The largest item, in bytes of JSON. It is a little more than may be stored, so that only items
/// that escapes make larger are refused.
const MAX_SHOWN: usize = MAX_ITEM + 1_024;
/// How many names `more_select` may have. Further names are ignored.
const MAX_FIELDS: usize = 100;
/// The longest name in `more_select`, in characters. A longer one is ignored.
const MAX_FIELD_NAME: usize = 64;
/// The limit for all names together, in bytes of JSON with a `null` after each. They are returned in every item.
const MAX_NAMES: usize = 6 * 1_024;

/// Refuses an item that would be too large in a list. `more` holds its custom fields.
pub fn check_size(shown: &impl Serialize, more: Option<&str>) -> Result<(), Error> {
    match to_json(shown)?.len() + more.map_or(0, str::len) {
        size if size > MAX_SHOWN => Err(Error::TooMuch),
        _ => Ok(()),
    }
}

/// The fields that `more_select` asks for, each once, without those that are always shown. At most
/// 100 names of at most 64 characters, and 6 KiB in all.
pub fn selection(names: Vec<String>, shown: impl Fn(&str) -> bool) -> Vec<String> {
    let mut select = Vec::new();
    let mut bytes = 0;
    for name in names {
        let fits = select.len() < MAX_FIELDS && name.chars().count() <= MAX_FIELD_NAME;
        if !fits || select.contains(&name) || shown(&name) {
            continue;
        }
        bytes += to_json(&name).map_or(MAX_NAMES, |json| json.len() + ":null,".len());
        if bytes > MAX_NAMES {
            break;
        }
        select.push(name);
    }
    select
}

/// The fields of an item that `more_select` asks for, in that order.
#[derive(Debug)]
pub struct Selected(Vec<(String, Box<RawValue>)>);

impl Selected {
    /// The fields of `select`: a column if `column` returns one, else a custom field of `more` (as
    /// stored), else `null`.
    pub fn new(
        select: &[String],
        more: Option<&str>,
        column: impl Fn(&str) -> Option<Result<Box<RawValue>, Fault>>,
    ) -> Result<Self, Fault> {
        if select.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let mut custom: Fields = custom_fields::parse(more)?;
        let mut value = |name: &str| match column(name) {
            Some(value) => value,
            None => custom.remove(name).map_or_else(|| field(&()), Ok),
        };
        let fields = select.iter().map(|name| Ok((name.clone(), value(name)?)));
        fields.collect::<Result<_, Fault>>().map(Self)
    }
}

impl Serialize for Selected {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Answer for Selected {
    const SCHEMA: Schema = Schema::Map(&Schema::Any);
}

//! What lists have in common: further fields by name, and how large a page may be.

use serde::Serialize;
use serde_json::value::RawValue;

use super::error::Error;
use super::more::{self, Fields, field};
use super::to_json;
use crate::store::message::MAX_ITEM;

/// The largest page, in bytes of JSON (okayapi section 5.3.4). It has room for a hundred items of
/// [`MAX_SHOWN`] with [`MAX_NAMES`] each, for their times and numbers, and for what surrounds them.
pub const MAX_PAGE: usize = 4 << 20;
/// The largest item, in bytes of JSON: some more than is stored, so that this refuses only what escapes make
/// larger.
const MAX_SHOWN: usize = MAX_ITEM + 1_024;
/// How many names `more_select` may have; the rest is ignored.
const MAX_FIELDS: usize = 100;
/// How long a name of `more_select` may be, in characters; a longer one is ignored.
const MAX_FIELD_NAME: usize = 64;
/// How long all names may be, in bytes of JSON with a `null` behind each: they come back in every item.
const MAX_NAMES: usize = 6 * 1_024;

/// Refuses what would be too large in a list: `shown` is an item as JSON, `more` its custom fields.
pub fn check_size(shown: &str, more: Option<&str>) -> Result<(), Error> {
    match shown.len() + more.map_or(0, str::len) {
        size if size > MAX_SHOWN => Err(Error::TooMuch),
        _ => Ok(()),
    }
}

/// The fields that `more_select` asks for, each once, without those that are shown anyway: at most
/// 100 names of at most 64 characters and 6 KiB in all.
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

/// The fields of one item, in order.
pub type Item<'a> = Vec<(&'a str, String)>;

/// Adds the fields of `select` to an item: a column of its own where `column` gives one, else a
/// custom field of `more` (as stored), else `null`.
pub fn add_selected<'a>(
    item: &mut Item<'a>,
    select: &'a [String],
    more: Option<&str>,
    column: impl Fn(&str) -> Option<Result<Box<RawValue>, Error>>,
) -> Result<(), Error> {
    if select.is_empty() {
        return Ok(());
    }
    let custom: Fields = more::parse(more)?;
    for name in select {
        let value = match (column(name), custom.get(name)) {
            (Some(value), _) => value?,
            (None, Some(value)) => value.clone(),
            (None, None) => field(&())?,
        };
        item.push((name, value.get().to_owned()));
    }
    Ok(())
}

/// An item as a JSON object.
pub fn object(item: Item<'_>) -> Result<String, Error> {
    let fields: Vec<String> = item
        .into_iter()
        .map(|(name, value)| Ok(format!("{}:{value}", to_json(&name)?)))
        .collect::<Result<_, Error>>()?;
    Ok(format!("{{{}}}", fields.join(",")))
}

/// `data` of a list.
#[derive(Serialize)]
pub struct Page {
    total: u64,
    items: Vec<Box<RawValue>>,
}

impl Page {
    /// All of `items`, out of `total`: what [`check_size`] has let pass always fits.
    pub fn new(
        total: u64,
        items: impl Iterator<Item = Result<String, Error>>,
    ) -> Result<Self, Error> {
        let items = items.map(|item| more::raw(item?));
        Ok(Self {
            total,
            items: items.collect::<Result<_, _>>()?,
        })
    }
}

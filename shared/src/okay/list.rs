//! What lists have in common: further fields by name, and how large a page may be.

use serde::Serialize;
use serde_json::value::RawValue;

use super::error::Error;
use super::more::{self, Fields, field};
use super::to_json;

/// The largest page, in bytes of JSON (okayapi section 5.3.4).
pub const MAX_PAGE: usize = 4 << 20;
/// How many names `more_select` may have; the rest is ignored.
const MAX_FIELDS: usize = 100;
/// How long a name of `more_select` may be, in characters; a longer one is ignored.
const MAX_FIELD_NAME: usize = 64;

/// The fields that `more_select` asks for, each once, without those that are shown anyway: at most
/// 100 names of at most 64 characters, so that a list of names is never larger than what it selects
/// from.
pub fn selection(names: Vec<String>, shown: impl Fn(&str) -> bool) -> Vec<String> {
    let mut select = Vec::new();
    for name in names {
        let fits = select.len() < MAX_FIELDS && name.chars().count() <= MAX_FIELD_NAME;
        if fits && !select.contains(&name) && !shown(&name) {
            select.push(name);
        }
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
    /// Of `items`, as many as fit a page, at least one; out of `total`.
    pub fn new(
        total: u64,
        items: impl Iterator<Item = Result<String, Error>>,
    ) -> Result<Self, Error> {
        let items = fit(items)?;
        Ok(Self { total, items })
    }
}

/// As many items as fit a page, at least one.
fn fit(items: impl Iterator<Item = Result<String, Error>>) -> Result<Vec<Box<RawValue>>, Error> {
    let mut page: Vec<Box<RawValue>> = Vec::new();
    let mut size = 0;
    for item in items {
        let item = item?;
        size += item.len();
        if size > MAX_PAGE && !page.is_empty() {
            break;
        }
        page.push(more::raw(item)?);
    }
    Ok(page)
}

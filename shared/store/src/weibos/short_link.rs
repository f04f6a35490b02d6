//! Short links: an id of eight letters and digits for a web address. The same address always has the same id.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::sha256;
use crate::table::{
    Consistency, Error, Item, Transaction, batch_get, batch_get_even_new, from_item, get_even_new,
    text, when,
};
use crate::{Store, keys};

/// The characters of an id.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The length of an id.
const LENGTH: usize = 8;

/// A short link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// Its target.
    #[serde(rename = "target")]
    pub url: String,
    /// Whether it is not stored yet.
    #[serde(skip)]
    pub is_new: bool,
}

/// Whether `text` has the form of an id.
pub fn is_id(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The id of `url`. `attempt` is above 0 if the ids before belong to other links.
fn id_of(url: &str, attempt: u32) -> String {
    let digest = sha256(&format!("{attempt} {url}"));
    let start = digest.iter().take(8);
    let mut number = start.fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let mut id = String::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        id.extend(ALPHABET.get(digit).copied().map(char::from));
        number /= 62;
    }
    id
}

/// The short links of `urls`, stored and new ones. One read, unless an id belongs to another link.
pub async fn of(store: &Store, urls: BTreeSet<String>) -> Result<Vec<Link>, Error> {
    let mut links = Vec::with_capacity(urls.len());
    let mut ids = BTreeSet::new();
    let mut open: Vec<(String, u32)> = urls.into_iter().map(|url| (url, 0)).collect();
    while !open.is_empty() {
        let mut wanted = BTreeMap::new();
        for (url, mut attempt) in open.drain(..) {
            while !ids.insert(id_of(&url, attempt)) {
                attempt += 1;
            }
            wanted.insert(id_of(&url, attempt), (url, attempt));
        }
        let keys: Vec<_> = wanted.keys().map(|id| keys::short_link(id)).collect();
        let stored = by_id(batch_get(store, &keys, Consistency::Eventual).await?)?;
        for (id, (url, attempt)) in wanted {
            match stored.get(&id) {
                Some(other) if *other != url => open.push((url, attempt + 1)),
                found => links.push(Link {
                    is_new: found.is_none(),
                    id,
                    url,
                }),
            }
        }
    }
    Ok(links)
}

/// The targets by id.
fn by_id(items: impl IntoIterator<Item = Item>) -> Result<BTreeMap<String, String>, Error> {
    let links = items.into_iter().map(from_item::<Link>);
    links
        .map(|link| link.map(|link| (link.id, link.url)))
        .collect()
}

/// The targets, by id, of links that may have just been made. Unknown ones are left out. One read for each 100.
pub async fn targets(store: &Store, ids: Vec<&str>) -> Result<BTreeMap<String, String>, Error> {
    let keys: Vec<_> = ids.into_iter().map(keys::short_link).collect();
    by_id(batch_get_even_new(store, &keys).await?.into_values())
}

/// The target of a link that may have just been made.
pub async fn target(store: &Store, id: &str) -> Result<Option<String>, Error> {
    let link = get_even_new::<Link>(store, &keys::short_link(id)).await?;
    Ok(link.map(|link| link.url))
}

/// Stores the new ones of `links` in the same transaction. `taken` is the error if another caller
/// has just used an id for another link.
pub(crate) fn put<'a, E: Clone>(
    mut transaction: Transaction<'a, E>,
    links: &[Link],
    taken: E,
) -> Transaction<'a, E> {
    for link in links.iter().filter(|link| link.is_new) {
        let free = when(
            "attribute_not_exists(PK) OR target = :target",
            taken.clone(),
        )
        .with(":target", text(&link.url));
        transaction = transaction.put(&keys::short_link(&link.id), link, Some(free));
    }
    transaction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_id_for_each_attempt() {
        let url = "http://example.com/";
        assert!(is_id(&id_of(url, 0)));
        assert_eq!(id_of(url, 0), id_of(url, 0));
        assert_ne!(id_of(url, 0), id_of(url, 1));
        assert!(!is_id("index.php") && !is_id("1234567") && !is_id("1234 678"));
    }
}

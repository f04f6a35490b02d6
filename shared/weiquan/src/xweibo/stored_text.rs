//! A text as it is stored: its links are shortened, and its names are looked up.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::markup::{Piece, pieces};
use super::verified_call::Call;
use crate::Ctx;
use weiquan_store::members::member::{self, Mentions, fold};
use weiquan_store::weibos::short_link::{self, Link};

/// The limit of mentioned members and of shortened links in one text.
const MAX_FOUND: usize = 20;

/// The start of Sina's own short links, which are left as they are.
const SINA: [&str; 2] = ["http://t.cn/", "http://sinaurl.cn/"];

/// A text as it is stored.
#[derive(Debug, Default)]
pub struct StoredText {
    /// The text, with short links.
    pub text: String,
    /// The members whose nicks are in it after an `@`.
    pub mentions: Mentions,
    /// Its short links.
    pub links: Vec<Link>,
}

impl Call<'_> {
    /// Looks up what `text` names. One round trip; none for a text without links and names.
    pub async fn stored_text(&self, ctx: &Ctx, text: &str) -> Result<StoredText, Error> {
        let base = self.site.short_links.as_deref().unwrap_or(&self.origin);
        let is_short = |url: &str| {
            let own = url
                .strip_prefix(base)
                .and_then(|rest| rest.strip_prefix('/'));
            own.is_some_and(short_link::is_id) || SINA.iter().any(|sina| url.starts_with(sina))
        };
        let pieces = pieces(text);
        let mut urls = BTreeSet::new();
        let mut names = Vec::new();
        for piece in &pieces {
            match piece {
                Piece::Link(url) if !is_short(url) && urls.len() < MAX_FOUND => {
                    urls.insert((*url).to_owned());
                }
                Piece::Name(name) => names.push(fold(name)),
                _ => {}
            }
        }
        let nicks = names.iter().cloned().collect();
        let (links, members) = futures_util::join!(
            short_link::of(&ctx.store, urls),
            member::by_nicks(&ctx.store, nicks)
        );
        let (links, mut members) = (links?, members?);
        let found = names
            .into_iter()
            .filter_map(|name| members.remove_entry(&name));
        let mentions = found.take(MAX_FOUND).collect();
        let ids: BTreeMap<&str, &str> = links
            .iter()
            .map(|link| (link.url.as_str(), link.id.as_str()))
            .collect();
        let short = |piece: &Piece<'_>| match piece {
            Piece::Link(url) => Some(format!("{base}/{}", ids.get(url)?)),
            _ => None,
        };
        let text = pieces
            .iter()
            .map(|piece| short(piece).unwrap_or_else(|| piece.to_string()));
        Ok(StoredText {
            text: text.collect(),
            mentions,
            links,
        })
    }
}

//! The Xweibo site's settings.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::id::{SiteKey, Uid};
use crate::unicode::fold;

/// How far `api_time` may be from the server's time, in seconds (xweibo section 7.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeWindow {
    /// Into the past. Without it every old time is accepted, as in the original.
    pub past: Option<u32>,
    /// Into the future.
    pub future: u32,
}

impl Default for TimeWindow {
    fn default() -> Self {
        Self {
            past: Some(600),
            future: 600,
        }
    }
}

/// The Xweibo site.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The weibo app's App Key, `api_wb_akey`.
    pub akey: SiteKey,
    /// The weibo app's App Secret, `api_wb_skey`.
    pub skey: String,
    /// The agreed extra secret; empty by default.
    #[serde(default)]
    pub api_key: String,
    /// Only these addresses may call; empty allows all (3010000).
    #[serde(default)]
    pub ip_allow: Vec<IpNet>,
    /// Operations that anonymous callers may use, spelled as in the allow list.
    #[serde(default)]
    pub allow_anonymous: BTreeSet<String>,
    /// Operations that run as the default member for callers without a binding.
    #[serde(default)]
    pub allow_others: BTreeSet<String>,
    /// The uid of the default member.
    #[serde(default)]
    pub default_member: Option<Uid>,
    /// Words that no text may hold (1010007).
    #[serde(default)]
    pub words: BTreeSet<String>,
    /// The same words, folded for comparison. Set when first needed.
    #[serde(skip)]
    folded_words: OnceLock<Vec<String>>,
    /// How far `api_time` may be off.
    #[serde(default)]
    pub window: TimeWindow,
    /// `s` of a weibo: the client's name.
    pub source: String,
    /// The address before the ids of short links, without a trailing slash. By default the address
    /// that the caller used.
    #[serde(default)]
    pub short_links: Option<String>,
    /// The address before `index.php` in links to the site's own pages, with a trailing slash. By
    /// default empty.
    #[serde(default)]
    pub pages: Option<String>,
    /// Authors with more fans than this are merged into homes when the homes are read.
    #[serde(default = "merge_above")]
    pub merge_above: u64,
    /// How often it was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

/// The default of [`Site::merge_above`].
pub const MERGE_ABOVE: u64 = 5_000;

fn merge_above() -> u64 {
    MERGE_ABOVE
}

impl Site {
    /// A site that bound users may call from any address.
    pub fn new(akey: SiteKey, skey: &str) -> Self {
        Self {
            akey,
            skey: skey.to_owned(),
            api_key: String::new(),
            ip_allow: Vec::new(),
            allow_anonymous: BTreeSet::new(),
            allow_others: BTreeSet::new(),
            default_member: None,
            words: BTreeSet::new(),
            folded_words: OnceLock::new(),
            window: TimeWindow::default(),
            source: "Xweibo".to_owned(),
            short_links: None,
            pages: None,
            merge_above: MERGE_ABOVE,
            revision: 0,
        }
    }

    /// Whether a text holds one of the words, in any spelling that looks like it.
    pub fn forbids(&self, text: &str) -> bool {
        let folded = || self.words.iter().map(|word| fold(word));
        let words = self
            .folded_words
            .get_or_init(|| folded().filter(|word| !word.is_empty()).collect());
        let text = if words.is_empty() {
            String::new()
        } else {
            fold(text)
        };
        words.iter().any(|word| text.contains(word))
    }
}

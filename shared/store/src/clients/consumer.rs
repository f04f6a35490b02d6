//! QZone's consumers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::ConsumerKey;

/// A consumer of QZone's OAuth.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumer {
    /// `oauth_consumer_key`: decimal digits.
    pub key: ConsumerKey,
    /// The appkey.
    pub secret: String,
    /// The name that feeds show as their source.
    #[serde(default)]
    pub name: String,
    /// The public base URLs that clients sign, such as `http://openapi.qzone.qq.com`. If empty, the
    /// address that the gateway saw is used.
    #[serde(default)]
    pub base_urls: Vec<String>,
    /// `document.domain` of the callback page. If unset, the process's domain is used.
    #[serde(default)]
    pub domain: Option<String>,
    /// Also accept signatures over form-encoded values (qzone section 2.1, "F").
    #[serde(default = "yes", rename = "form_signatures")]
    pub form_signature: bool,
    /// Also accept `https` links in `titleurl`.
    #[serde(default)]
    pub https_links: bool,
    /// The operations that it may call, such as `add_feeds`.
    pub allowed: BTreeSet<String>,
    /// The domains to whose hosts members are sent back after they have allowed or refused.
    /// Subdomains are included.
    #[serde(default)]
    pub callback_domains: BTreeSet<String>,
    /// Authentic calls in one second of the server's clock.
    #[serde(default)]
    pub per_second: Option<u32>,
    /// The salt from which openids are derived.
    pub openid_salt: String,
    /// How often it was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

/// What only a consumer and the operator know.
#[derive(Clone, Copy)]
pub struct Secrets<'a> {
    /// The appkey.
    pub secret: &'a str,
    /// The salt from which openids are derived.
    pub openid_salt: &'a str,
}

fn yes() -> bool {
    true
}

impl Consumer {
    /// The name that members see; the key if it has no name.
    pub fn display_name(&self) -> &str {
        match self.name.as_str() {
            "" => &self.key,
            name => name,
        }
    }

    /// A consumer that may call the operations in `allowed`, with the default page and the
    /// gateway's address.
    pub fn new(key: ConsumerKey, secrets: Secrets<'_>, allowed: &[&str]) -> Self {
        Self {
            key,
            secret: secrets.secret.to_owned(),
            name: String::new(),
            base_urls: Vec::new(),
            domain: None,
            form_signature: yes(),
            https_links: false,
            allowed: allowed.iter().map(|name| (*name).to_owned()).collect(),
            callback_domains: BTreeSet::new(),
            per_second: None,
            openid_salt: secrets.openid_salt.to_owned(),
            revision: 0,
        }
    }
}

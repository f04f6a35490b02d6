//! In which language a page is.

use crate::form_data;
use crate::http::{Answer, Request};

/// The parameter and the cookie with which a reader chooses the language.
const LANG: &str = "lang";
/// How long the choice is kept, in seconds: a year.
const KEPT: i64 = 31_536_000;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language that the reader has chosen, by `lang` in the query or on an earlier page; else the one that the
    /// browser asks for: Chinese, unless English comes first.
    pub fn of(request: &Request) -> Self {
        let kept = || request.cookie(LANG).and_then(Self::named);
        Self::chosen(request)
            .or_else(kept)
            .unwrap_or_else(|| Self::accepted(request))
    }

    /// The language that the query chooses.
    fn chosen(request: &Request) -> Option<Self> {
        Self::named(&form_data::last(request.query.as_bytes(), LANG)?)
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Chinese, Self::English]
            .into_iter()
            .find(|language| language.name() == name)
    }

    /// The name of the language in `lang`.
    fn name(self) -> &'static str {
        self.of_two("zh", "en")
    }

    fn accepted(request: &Request) -> Self {
        let wanted = request.header("accept-language").unwrap_or_default();
        let mut best = (Self::Chinese, 0.0);
        for part in wanted.split(',') {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest.trim().strip_prefix("q=");
            let weight: f32 = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            let language = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => Self::Chinese,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// Returns the one of the two texts that is in this language.
    pub fn of_two<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// The other language.
    pub fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// The language's tag, for `lang` and `hreflang`.
    pub(super) fn tag(self) -> &'static str {
        self.of_two("zh-CN", "en")
    }

    /// Where the page of `request` is in this language, seen from there. It has no path: a path with two slashes in
    /// front would lead to another host.
    pub(super) fn address(self, request: &Request) -> String {
        let is_other = |part: &&str| !part.is_empty() && part.split('=').next() != Some(LANG);
        let query = request.query.split('&').filter(is_other);
        let query: String = query.map(|part| format!("{part}&")).collect();
        format!("?{query}{LANG}={}", self.name())
    }

    /// Keeps in the browser what the query chooses, for every page.
    pub(super) fn kept(request: &Request, answer: Answer) -> Answer {
        match Self::chosen(request) {
            Some(language) => answer.cookie(request, LANG, language.name(), "/", KEPT),
            None => answer,
        }
    }

    /// Whether `query` does nothing but choose a language, or is empty.
    pub fn is_all_of(query: &str) -> bool {
        let value = |query: &str| query.strip_prefix(LANG)?.strip_prefix('=').map(Self::named);
        query.is_empty() || value(query).flatten().is_some()
    }
}

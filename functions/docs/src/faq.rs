//! `/docs/faq`: signatures, encodings, CORS, sizes.

use weiquan::html::Language;
use weiquan::http::{Answer, Request};

/// The page.
pub fn page(request: &Request, language: Language) -> Answer {
    let title = language.of_two("常见问题", "Frequently asked questions");
    let body = language.of_two(include_str!("faq.zh.html"), include_str!("faq.en.html"));
    let back = language.of_two("全部接口", "All operations");
    let body = format!("<p><a href=\"/docs\">← {back}</a></p>\n{body}");
    // The script finds no form here.
    crate::page(request, title, body, "search.mjs").answer()
}

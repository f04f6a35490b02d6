//! The layout of every page.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Language, escape};
use crate::http::{Answer, Request};
use weiquan_store::digest::sha256;

/// The look of every page.
const STYLE: &str = include_str!("style.css");
/// The project's sign, in the colour that the stylesheet gives it.
const SIGN: &str = "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><circle cx=\"12\" cy=\"16\" r=\"9\"/>\
     <circle cx=\"20\" cy=\"16\" r=\"9\"/></svg>";
/// The same for the browser's tab.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' \
     stroke='%231a8f8c' stroke-width='4'%3E%3Ccircle cx='12' cy='16' r='9'/%3E%3Ccircle cx='20' cy='16' r='9'/%3E%3C/svg%3E";

/// A page in the making. No other site may frame it, and nothing runs in it or is loaded into it but what
/// [`Page::source`] lets in.
pub struct Page<'a> {
    request: &'a Request,
    language: Language,
    title: &'a str,
    body: String,
    status: u16,
    code: i64,
    has_docs: bool,
    is_wide: bool,
    head: String,
    /// The directives of the policy with their sources.
    policy: Vec<(&'static str, String)>,
}

impl<'a> Page<'a> {
    /// A page with `title` (plain) and `body` (HTML), in the language that `request` asks for: a card under its title.
    pub fn new(request: &'a Request, title: &'a str, body: impl Into<String>) -> Self {
        let hash = BASE64_STANDARD.encode(sha256(STYLE));
        Self {
            request,
            language: Language::of(request),
            title,
            body: body.into(),
            status: 200,
            code: 0,
            has_docs: false,
            is_wide: false,
            head: String::new(),
            policy: vec![
                ("default-src", " 'none'".to_owned()),
                ("style-src", format!(" 'sha256-{hash}'")),
                ("img-src", " data:".to_owned()),
                ("form-action", " 'self'".to_owned()),
                ("frame-ancestors", " 'none'".to_owned()),
                ("base-uri", " 'none'".to_owned()),
            ],
        }
    }

    /// A page that says that something is not as it should be: what happened as its title, `words` (plain) about what
    /// helps, a way on, and small the `detail` (plain) for those who are asked for help.
    pub fn failure(
        request: &'a Request,
        (status, code): (u16, i64),
        title: &'a str,
        words: &str,
        detail: &str,
    ) -> Self {
        let language = Language::of(request);
        let home = language.of_two("回到首页", "Go to the start");
        let home = format!("<a class=\"button\" href=\"/\">{home}</a>\n");
        // The empty address is that of the page itself.
        let again = language.of_two("再试一次", "Try again");
        let again = match (status, request.is_read()) {
            (500.., true) => format!("<a class=\"button primary\" href=\"\">{again}</a>\n"),
            _ => String::new(),
        };
        let detail = match detail {
            "" => String::new(),
            detail => format!("\n<p class=\"quiet\">{}</p>", escape(detail)),
        };
        let words = escape(words);
        let body = format!("<p>{words}</p>\n<p class=\"actions\">\n{again}{home}</p>{detail}");
        Self::new(request, title, body).status(status, code)
    }

    /// Sets the HTTP status, and the code for the log.
    pub fn status(mut self, status: u16, code: i64) -> Self {
        (self.status, self.code) = (status, code);
        self
    }

    /// Sets whether the documentation is served, and so linked.
    pub fn docs(mut self, has_docs: bool) -> Self {
        self.has_docs = has_docs;
        self
    }

    /// Makes the page as wide as its header. Its body brings cards of its own.
    pub fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// Adds HTML to the head: stylesheets and scripts.
    pub fn head(mut self, html: &str) -> Self {
        self.head.push_str(html);
        self
    }

    /// Adds a source to a directive of the content security policy.
    pub fn source(mut self, directive: &'static str, source: &str) -> Self {
        let source = format!(" {source}");
        let named = self.policy.iter_mut().find(|own| own.0 == directive);
        match named {
            Some((_, sources)) => sources.push_str(&source),
            None => self.policy.push((directive, source)),
        }
        self
    }

    /// Adds targets of the page's forms, in CSP syntax.
    pub fn form_targets(self, targets: &[String]) -> Self {
        let add = |page: Self, target: &String| page.source("form-action", target);
        targets.iter().fold(self, add)
    }

    /// The finished page.
    pub fn answer(self) -> Answer {
        let policy: Vec<_> = self
            .policy
            .iter()
            .map(|(directive, sources)| format!("{directive}{sources}"))
            .collect();
        let html = self.html();
        let answer = Answer::new(self.status, "text/html; charset=utf-8", html, self.code)
            .header("content-security-policy", policy.join("; "))
            .header("x-frame-options", "DENY")
            .header("referrer-policy", "no-referrer")
            // Browsers decide once for an origin: without this, QZone's callback page could no longer set its domain
            // after a page of this origin was shown.
            .header("origin-agent-cluster", "?0");
        Language::kept(self.request, answer)
    }

    fn html(&self) -> String {
        let language = self.language;
        format!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} · {name}</title>\n<link rel=\"icon\" href=\"{ICON}\">\n<style>{STYLE}</style>\n{head}</head>\n\
             <body>\n<header>\n<a class=\"brand\" href=\"/\">{SIGN}{name}</a>\n\
             <nav aria-label=\"{nav}\">\n{links}</nav>\n</header>\n\
             <main class=\"{class}\">\n<h1>{title}</h1>\n{body}\n</main>\n\
             <footer class=\"quiet\">{footer}</footer>\n</body>\n</html>\n",
            tag = language.tag(),
            title = escape(self.title),
            name = language.of_two("微圈", "Weiquan"),
            head = self.head,
            nav = language.of_two("网站", "Site"),
            links = self.links(),
            class = if self.is_wide { "wide" } else { "card" },
            body = self.body,
            footer = language.of_two(
                "微圈：兼容小白接口、Xweibo 和 QZone 的后端",
                "Weiquan: a backend for programs that speak OkayAPI, Xweibo and QZone",
            ),
        )
    }

    /// The links that every page has. The other language needs an address, so the answer to a form has no link to it.
    fn links(&self) -> String {
        let language = self.language;
        let path = self.request.path.as_str();
        let link = |(address, text): (&str, &str)| {
            let is_here = path == address || path.starts_with(&format!("{address}/"));
            let here = if is_here {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!("<a href=\"{address}\"{here}>{text}</a>\n")
        };
        let docs = ("/docs", language.of_two("文档", "Docs"));
        let grants = ("/qzone/grants", language.of_two("我的授权", "Permissions"));
        let docs = self.has_docs.then_some(docs);
        let mut links: String = docs.into_iter().chain([grants]).map(link).collect();
        if self.request.is_read() {
            let other = language.other();
            links += &format!(
                "<a href=\"{address}\" lang=\"{tag}\" hreflang=\"{tag}\">{name}</a>\n",
                address = escape(&other.address(self.request)),
                tag = other.tag(),
                name = other.of_two("中文", "English"),
            );
        }
        links
    }
}

//! The pages of the documentation, in Chinese and English, and the OpenAPI description. They are made from what
//! `cargo xtask generate` writes of the declarations. Nothing here reads the table or any setting.

mod assets;
mod data;
mod example;
mod faq;
mod form;
mod index;
mod operation;
mod table;

use futures_util::future::{BoxFuture, FutureExt};
use weiquan::Ctx;
use weiquan::html::{Language, Page, escape};
use weiquan::http::{Answer, Function, Request};

use data::Data;

/// The index, and the beginning of the other addresses.
const DOCS: &str = "/docs";
/// The OpenAPI description.
const OPENAPI: &str = "/openapi.json";

/// The function.
pub struct Docs;

impl Function for Docs {
    fn package(&self) -> &'static str {
        env!("CARGO_PKG_NAME")
    }

    fn paths(&self) -> Vec<String> {
        [DOCS, "/docs/{page}", "/docs/assets/{file}", OPENAPI]
            .map(str::to_owned)
            .into()
    }

    fn serve<'a>(&'a self, _ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        std::future::ready(answer(request)).boxed()
    }
}

/// Answers a request: everything that there is, is read with GET.
pub fn answer(request: &Request) -> Answer {
    let language = Language::of(request);
    if !request.is_read() {
        let title = language.of_two("这个地址只能读取", "This address can only be read");
        let words = language.of_two("请用 GET 请求。", "Use GET.");
        return Page::failure(request, (405, 405), title, words, "")
            .docs(true)
            .answer()
            .header("allow", "GET, HEAD");
    }
    let path = request.path.as_str();
    if path == OPENAPI {
        return assets::openapi(request);
    }
    if let Some(file) = path.strip_prefix("/docs/assets/") {
        return assets::file(file).unwrap_or_else(|| nothing(request));
    }
    let data = Data::of(language);
    match path
        .strip_prefix(DOCS)
        .and_then(|rest| rest.strip_prefix('/'))
    {
        None | Some("") => index::page(request, language),
        Some("faq") => faq::page(request, language),
        Some(name) => match data.operation(name) {
            Some(one) => operation::page(request, language, data, one),
            None => nothing(request),
        },
    }
}

/// A page under a title, with the stylesheet and a script.
fn page<'a>(request: &'a Request, title: &'a str, body: String, script: &str) -> Page<'a> {
    let head = format!(
        "<link rel=\"stylesheet\" href=\"/docs/assets/docs.css\">\n\
         <script type=\"module\" src=\"/docs/assets/{script}\"></script>\n"
    );
    Page::new(request, title, body)
        .wide()
        .docs(true)
        .head(&head)
        .source("style-src", "'self'")
        .source("script-src", "'self'")
        .source("connect-src", "'self'")
}

fn nothing(request: &Request) -> Answer {
    let language = Language::of(request);
    let title = language.of_two("文档里没有这一页", "The documentation has no such page");
    let words = language.of_two(
        "接口的名称可能已经改变。请从目录开始找。",
        "The operation may have another name. Look for it in the index.",
    );
    Page::failure(request, (404, 404), title, words, "")
        .docs(true)
        .answer()
}

/// Words of the declarations as HTML: what stands in backticks is code.
fn words(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let html = parts.map(|(place, part)| match place % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    html.collect()
}

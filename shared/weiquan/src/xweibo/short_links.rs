//! Short links: requests that are one, and the redirects that answer them.

use super::route::{ROUTE, route};
use crate::Ctx;
use crate::form_data;
use crate::html::{Language, Page};
use crate::http::{Answer, Request};
use weiquan_store::weibos::short_link;

/// The id of the short link that a request asks for, if the path holds nothing else. Query parameters that platforms
/// append are ignored, unless they name an operation: old addresses name one after any path.
pub fn short_link_id(request: &Request) -> Option<&str> {
    let id = request.path.trim_matches('/');
    (request.is_read() && short_link::is_id(id) && !names_operation(request)).then_some(id)
}

/// Whether a request names an operation of OkayAPI in its query, or one of this family. The path may be any.
pub fn names_operation(request: &Request) -> bool {
    let names = |name| {
        let named = form_data::last(request.query.as_bytes(), name);
        named.is_some_and(|named| named.starts_with("App."))
    };
    names("s") || names("service") || route(request).is_some_and(|route| route.starts_with(ROUTE))
}

/// Redirects to the target of the link `id`; 404 if there is none.
pub async fn redirect_short_link(ctx: &Ctx, request: &Request, id: &str) -> Answer {
    let language = Language::of(request);
    let page = |status, title, words| {
        let code = (status, i64::from(status));
        let page = Page::failure(request, code, title, words, &status.to_string());
        page.docs(ctx.settings.docs).answer()
    };
    let answer = match short_link::target(&ctx.store, id).await {
        Ok(Some(url)) => Answer::new(302, "text/plain", String::new(), 0).header("location", url),
        Ok(None) => page(
            404,
            language.of_two("没有这个短链接", "There is no such link"),
            language.of_two(
                "它可能抄错了：字母分大小写。",
                "It may be misspelled: capital and small letters differ.",
            ),
        ),
        Err(cause) => {
            crate::runtime::report(ctx, &cause);
            page(
                500,
                language.of_two("暂时打不开", "That failed"),
                language.of_two("请稍后再试。", "Please try again later."),
            )
        }
    };
    answer.of("short link", None)
}

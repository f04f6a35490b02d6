//! `front`: the function for `$default`. It serves what the routes cannot: operations named in the query or the body,
//! other spellings of a path, unknown names, short links, and pages for browsers.

mod operations;
mod pages;

use futures_util::future::{BoxFuture, FutureExt};
use weiquan::Ctx;
use weiquan::http::{Answer, Function, Request};
use weiquan::{okay, qzone, xweibo};

pub use operations::{OKAY, QZONE, QZONE_PAGES, XWEIBO};

/// The package of the documentation, which a system may leave out.
pub const DOCS: &str = "docs";

/// Every function, `front` last.
pub fn functions() -> impl Iterator<Item = &'static dyn Function> {
    let okay = OKAY.iter().map(|op| *op as &dyn Function);
    let xweibo = XWEIBO.iter().map(|op| *op as &dyn Function);
    let qzone = QZONE.iter().map(|op| *op as &dyn Function);
    let pages = QZONE_PAGES.iter().map(|page| *page as &dyn Function);
    okay.chain(xweibo)
        .chain(qzone)
        .chain(pages)
        .chain([&docs::Docs as &dyn Function, &Front])
}

/// The function that the gateway's routes choose for a path.
pub fn route(path: &str) -> &'static dyn Function {
    functions()
        .find(|function| function.paths().iter().any(|own| is_route(own, path)))
        .unwrap_or(&Front)
}

/// Whether `path` has the parts of `route`. A part in braces matches any part.
fn is_route(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(own), Some(part)) if own == part => {}
            (Some(own), Some(part)) if own.starts_with('{') && !part.is_empty() => {}
            _ => return false,
        }
    }
}

/// The function for `$default`.
pub struct Front;

impl Function for Front {
    fn package(&self) -> &'static str {
        env!("CARGO_PKG_NAME")
    }

    fn paths(&self) -> Vec<String> {
        Vec::new()
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let path = squeezed(&request.path);
            if let Some(operation) = QZONE.iter().find(|op| op.path == path) {
                return operation.serve(ctx, request).await;
            }
            if let Some(page) = QZONE_PAGES.iter().find(|page| is_route(page.path, &path)) {
                return page.serve(ctx, request).await;
            }
            if path.starts_with("/qzone/") {
                return qzone::page::nobody(ctx, request);
            }
            if qzone::is_addressed(&path) && !xweibo::names_operation(request) {
                return qzone::unknown(ctx, request);
            }
            if let Some(id) = xweibo::short_link_id(request) {
                return xweibo::redirect_short_link(ctx, request, id).await;
            }
            if xweibo::is_addressed(request) {
                return xweibo::dispatch(ctx, request, XWEIBO).await;
            }
            match pages::page(ctx, request) {
                Some(page) => page,
                None => okay::dispatch(ctx, request, OKAY).await,
            }
        }
        .boxed()
    }
}

/// The path without empty parts: clients join a host that ends in `/` with a path that begins with it.
fn squeezed(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(String::new(), |path, part| path + "/" + part)
}

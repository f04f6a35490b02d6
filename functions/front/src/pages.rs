//! What a browser is shown where there is nothing but the operations: the start, and unknown addresses.

use weiquan::Ctx;
use weiquan::html::{Language, Page, escape};
use weiquan::http::{Answer, Function, Request};
use weiquan::okay;

use crate::OKAY;

/// The page for a person who opens `request` with a browser; `None` for all others, and for every address of an
/// operation.
pub(crate) fn page(ctx: &Ctx, request: &Request) -> Option<Answer> {
    if !request.is_navigation() {
        return None;
    }
    let is_bare = request.path.trim_matches('/').is_empty();
    let page = match is_bare && Language::is_all_of(&request.query) {
        true => start(ctx, request),
        false if okay::is_addressed(request, OKAY) => return None,
        false => unknown(request),
    };
    Some(page.docs(ctx.settings.docs).answer())
}

/// What this is, and where its families are.
fn start<'a>(ctx: &Ctx, request: &'a Request) -> Page<'a> {
    let language = Language::of(request);
    let docs = match ctx.settings.docs {
        true => [
            link(
                " primary",
                "/docs",
                language.of_two("查看文档", "Read the docs"),
            ),
            link("", "/openapi.json", "OpenAPI"),
        ]
        .concat(),
        false => String::new(),
    };
    let body = format!(
        "<p>{what}</p>\n<p>{here}<code>{origin}</code></p>\n<div class=\"cards\">\n{families}</div>\n<p>{keys}</p>\n<p class=\"actions\">\n{docs}{grants}</p>",
        what = language.of_two(
            "为小白接口、Xweibo 或 QZone 写的程序，把接口地址换成这里，就能照常使用。",
            "Programs that were written for OkayAPI, Xweibo or QZone go on working with this address in the old one's place.",
        ),
        here = language.of_two("接口地址：", "The address: "),
        origin = escape(&request.origin()),
        families = families(language),
        keys = language.of_two(
            "调用接口的密钥由这里的运营者发放。成员可以查看和取消对网站的授权。",
            "The operator of this address gives out the keys for calls. Members can see what sites they have allowed, and \
             take it back.",
        ),
        grants = link("", "/qzone/grants", language.of_two("我的授权", "Permissions")),
    );
    let title = language.of_two("三套旧接口，一个后端", "One backend for three old APIs");
    Page::new(request, title, body).wide()
}

fn link(class: &str, address: &str, text: &str) -> String {
    format!("<a class=\"button{class}\" href=\"{address}\">{text}</a>\n")
}

/// A card for each family, with two of its addresses.
fn families(language: Language) -> String {
    let path = |function: &dyn Function| function.paths().concat();
    let update = path(&xweibo_update::OPERATION);
    [
        family(
            language.of_two("小白接口", "OkayAPI"),
            language.of_two(
                "会员、动态、点赞和评论",
                "Members, moments, likes and comments",
            ),
            [
                format!("/?s={}", okay_hello_world::OPERATION.name),
                path(&okay_hello_world::OPERATION),
            ],
        ),
        family(
            "Xweibo 2.1",
            language.of_two(
                "微博、评论、关注和私信",
                "Weibos, comments, follows and messages",
            ),
            [
                format!("/index.php?m={}", update.trim_start_matches('/')),
                update,
            ],
        ),
        family(
            "QZone",
            language.of_two("授权登录、发布动态和分享", "Sign-in, feeds and shares"),
            [
                path(&qzone_request_token::OPERATION),
                path(&qzone_add_feeds::OPERATION),
            ],
        ),
    ]
    .concat()
}

fn family(name: &str, words: &str, paths: [String; 2]) -> String {
    let path = |path: String| format!("<code>{}</code>", escape(&path));
    let paths = paths.map(path).join("<br>\n");
    format!(
        "<section class=\"card\">\n<h2>{name}</h2>\n<p>{words}</p>\n<p>{paths}</p>\n</section>\n"
    )
}

fn unknown(request: &Request) -> Page<'_> {
    let language = Language::of(request);
    let title = language.of_two("没有这个页面", "There is no such page");
    let words = language.of_two(
        "地址可能抄错了，或者已经不再使用。",
        "The address may be misspelled, or no longer in use.",
    );
    Page::failure(request, (404, 404), title, words, "404")
}

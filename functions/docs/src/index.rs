//! `/docs`: all operations, family by family.

use weiquan::html::{Language, escape};
use weiquan::http::{Answer, Request};

use crate::data::{Data, Operation};
use crate::words;

/// The families with their names and what they are.
const FAMILIES: [(&str, [&str; 2], [&str; 2]); 3] = [
    (
        "okay",
        ["小白接口", "OkayAPI"],
        [
            "评论、动态和会员。签名是全部参数值按参数名排序后加密钥的 MD5。",
            "Messages, moments and members. The signature is the MD5 of all values in the order of their names and the secret.",
        ],
    ),
    (
        "xweibo",
        ["Xweibo 2.1", "Xweibo 2.1"],
        [
            "微博、评论、关注、私信。由合作站点的服务器用站点密钥签名。",
            "Weibos, comments, follows, direct messages. The partner site's server signs with the site's keys.",
        ],
    ),
    (
        "qzone",
        ["QQ 空间", "QZone"],
        [
            "登录授权、分享和动态。签名是 OAuth 1.0 的 HMAC-SHA1。",
            "Sign-in, shares and feeds. The signature is OAuth 1.0's HMAC-SHA1.",
        ],
    ),
];

/// The page.
pub fn page(request: &Request, language: Language) -> Answer {
    let title = language.of_two("接口文档", "Documentation");
    let data = Data::of(language);
    let other = Data::of(language.other());
    let intro = language.of_two(
        "每个接口一页：做什么、参数、返回、错误怎么办、花费、五种语言的调用示例，以及在页面里签名并发送的表单。",
        "A page for each operation: what it does, its parameters, its answer, what to do about its errors, what it \
         costs, calls in five languages, and a form that signs and sends in the page.",
    );
    let faq = language.of_two(
        "常见问题：签名、编码、跨域、请求体大小",
        "FAQ: signatures, encodings, CORS, body sizes",
    );
    let openapi = language.of_two("OpenAPI 3.1 描述", "OpenAPI 3.1 description");
    let search = language.of_two("搜索接口", "Search the operations");
    let mut body = format!(
        "<p>{intro}</p>\n<p><a href=\"/docs/faq\">{faq}</a> · <a href=\"/openapi.json\">{openapi}</a></p>\n\
         <div class=\"field\" data-search-box hidden><label for=\"search\">{search}</label>\
         <input id=\"search\" type=\"search\" data-search autocomplete=\"off\">\
         <p class=\"quiet\" data-count role=\"status\"></p></div>\n"
    );
    for (family, names, about) in FAMILIES {
        let [chinese, english] = names;
        let name = language.of_two(chinese, english);
        let [chinese, english] = about;
        let about = language.of_two(chinese, english);
        let own = data.operations.iter().filter(|op| op.family == family);
        let entries: String = own.map(|op| entry(op, other.operation(&op.page))).collect();
        body += &format!(
            "<section class=\"card\" data-group aria-labelledby=\"{family}\">\n<h2 id=\"{family}\">{name}</h2>\n\
             <p class=\"quiet\">{about}</p>\n<ul class=\"index\">\n{entries}</ul>\n</section>\n"
        );
    }
    crate::page(request, title, body, "search.mjs").answer()
}

/// An operation in the list, with more words to find it by.
fn entry(op: &Operation, other: Option<&Operation>) -> String {
    let more = other.map_or("", |other| other.words.as_str());
    let found = format!("{} {} {more}", op.package, op.paths.join(" "));
    format!(
        "<li data-entry data-words=\"{}\"><a href=\"{}\">{}</a> <span>{}</span></li>\n",
        escape(&found),
        op.address(),
        escape(&op.name),
        words(&op.words)
    )
}

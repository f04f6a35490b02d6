//! What the pages that members see have in common.

use futures_util::future::{BoxFuture, FutureExt};
use weiquan_macros::QzoneInput as Input;

use super::checks::Params;
use super::error::{Error, Step};
use super::failure::CALLBACK;
use crate::Ctx;
use crate::form_data;
use crate::html::{self, Language, escape};
use crate::http::{Answer, Function, Request};
use crate::login;
use crate::schema::{Failure, Param, Schema};
use weiquan_store::digest::{hex, same, sha256_hex};

/// A page with its own address.
pub struct Page {
    /// The package of its function.
    pub package: &'static str,
    /// Its address. A part in braces matches anything.
    pub path: &'static str,
    /// What it is for.
    pub words: &'static str,
    /// Its parameters, from the query or from its forms.
    pub params: &'static [Param],
    /// Its JSON answer, if it has one.
    pub answer: Option<Schema>,
    /// Its own failures.
    pub failures: &'static [Failure],
    /// The page.
    pub handle: for<'a> fn(&'a Ctx, &'a Request) -> BoxFuture<'a, Answer>,
}

impl Function for Page {
    fn package(&self) -> &'static str {
        self.package
    }

    fn paths(&self) -> Vec<String> {
        vec![self.path.to_owned()]
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move { (self.handle)(ctx, request).await.of(self.path, None) }.boxed()
    }
}

/// The cookie that a form's hidden field must repeat, so that no other site can post the form.
const CSRF: &str = "qzone_csrf";
/// The lifetime of the cookie, in seconds.
const CSRF_SECONDS: i64 = 3_600;
/// The id of the text that says why a login failed.
const FAILED: &str = "failed";

/// The parameters of a page: from the query for GET, from a form for POST. 41002 for anything else.
pub fn parameters(request: &Request) -> Result<Params, Error> {
    match request.method.as_str() {
        "GET" | "HEAD" => query(request),
        "POST" if request.media_type() == "application/x-www-form-urlencoded" => {
            Ok(Params::of_page(request.body_pairs()?))
        }
        "POST" => Err(Error::BadRequest(None)),
        _ => Err(Error::WrongMethod { get: true }),
    }
}

/// The parameters of the query.
pub fn query(request: &Request) -> Result<Params, Error> {
    Ok(Params::of_page(request.query_pairs()?))
}

/// The fields that the forms of every page post.
#[derive(Input)]
pub struct Form<'a> {
    /// The secret of the browser, or of the login, that the form was made with.
    csrf: &'a str,
    /// The name to log in with.
    pub username: &'a str,
    /// The password, as it was typed.
    pub password: &'a str,
}

impl Form<'_> {
    /// Whether the form was made here, for this `login` if there is one.
    pub fn is_ours(&self, request: &Request, login: Option<&str>) -> bool {
        if let Some(token) = login {
            return same(&of_login(token), self.csrf);
        }
        let cookie = request.cookie(CSRF).unwrap_or_default();
        !cookie.is_empty() && same(cookie, self.csrf)
    }
}

/// The secret that this browser's forms repeat. With a `login`, given by its token, it is one that
/// belongs to that login alone; else it is the one that the browser has, or a new one.
pub fn csrf(ctx: &Ctx, request: &Request, login: Option<&str>) -> String {
    if let Some(token) = login {
        return of_login(token);
    }
    let is_ours = |value: &&str| value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit());
    match request.cookie(CSRF).filter(is_ours) {
        Some(known) => known.to_owned(),
        None => hex(&ctx.store.ids().bytes::<16>()),
    }
}

/// Sets the secret as the browser's cookie, for addresses under `path`.
pub fn with_csrf(answer: Answer, request: &Request, csrf: &str, path: &str) -> Answer {
    answer.cookie(request, CSRF, csrf, path, CSRF_SECONDS)
}

/// The secret of a login's forms. An attacker who sets a cookie in the browser does not know it.
fn of_login(token: &str) -> String {
    sha256_hex(&format!("csrf {token}"))
}

/// A hidden field of a form.
pub fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
        escape(value)
    )
}

/// The login fields of a form, and why a login `failed`. The name is filled in as far as it is known.
pub fn login_fields(language: Language, failed: Option<(&str, login::Failure)>) -> String {
    let (username, text) = match failed {
        None => ("", None),
        Some((username, failure)) => (username, Some(login_failure(language, failure))),
    };
    let message =
        text.map(|text| format!("<p class=\"error\" id=\"{FAILED}\" role=\"alert\">{text}</p>\n"));
    // The focus stands where the next try begins, and who hears the page hears why.
    let invalid = match failed {
        Some((_, login::Failure::Unknown | login::Failure::Wrong)) => " aria-invalid=\"true\"",
        Some((_, login::Failure::TooMany)) | None => "",
    };
    let (described, focus) = match failed {
        Some(_) => (
            format!("{invalid} aria-describedby=\"{FAILED}\""),
            " autofocus",
        ),
        None => (String::new(), ""),
    };
    format!(
        "{message}<label>{name}<input name=\"username\" value=\"{username}\" autocomplete=\"username\" \
         autocapitalize=\"none\" spellcheck=\"false\" required{described}></label>\n\
         <label>{password}<input name=\"password\" type=\"password\" autocomplete=\"current-password\" \
         required{described}{focus}></label>\n",
        message = message.unwrap_or_default(),
        name = language.of_two("用户名", "User name"),
        username = escape(username),
        password = language.of_two("密码", "Password"),
    )
}

fn login_failure(language: Language, failure: login::Failure) -> &'static str {
    match failure {
        login::Failure::Unknown | login::Failure::Wrong => {
            language.of_two("用户名或密码错误", "Wrong user name or password")
        }
        login::Failure::TooMany => language.of_two(
            "登录失败次数过多，请稍后再试",
            "Too many failures, please try again later",
        ),
    }
}

/// What an operation lets a site do, in words for members.
pub fn permission(language: Language, operation: &str) -> String {
    match operation {
        "add_feeds" => language
            .of_two("发布动态到你的空间", "publish feeds in your space")
            .to_owned(),
        "add_share" => language
            .of_two("分享链接到你的空间", "share links in your space")
            .to_owned(),
        "get_user_info" => language
            .of_two(
                "读取你的昵称、头像和性别",
                "read your nickname, picture and gender",
            )
            .to_owned(),
        other => escape(other),
    }
}

/// Logs the cause of an internal error.
pub fn report(ctx: &Ctx, error: &Error) {
    if let Error::Internal(cause) = error {
        crate::runtime::report(ctx, cause);
    }
}

/// The page for an error.
pub fn error_page(ctx: &Ctx, request: &Request, error: &Error, step: Step) -> Answer {
    report(ctx, error);
    let (ret, msg) = error.wire(step);
    let status = match error {
        Error::Internal(_) => 500,
        error => match error.status() {
            200 => 400,
            status => status,
        },
    };
    let (title, words) = error_words(Language::of(request), error);
    let detail = format!("{ret}: {msg}");
    let page = html::Page::failure(request, (status, ret), title, words, &detail);
    let answer = page.docs(ctx.settings.docs).answer();
    match error {
        Error::WrongMethod { .. } => answer.header("allow", "GET, POST"),
        _ => answer,
    }
}

/// What happened, and what helps.
fn error_words(language: Language, error: &Error) -> (&'static str, &'static str) {
    let say = |chinese, english, helps: (_, _)| {
        let helps = language.of_two(helps.0, helps.1);
        (language.of_two(chinese, english), helps)
    };
    let later = ("请稍后再试。", "Please try again later.");
    let from_start = (
        "请回到原来的网站，重新开始。",
        "Please go back to the site that you came from, and start again.",
    );
    let tell = (
        "请告诉原来的网站：它的设置有误。",
        "Please tell the site that you came from: its settings are wrong.",
    );
    match error {
        Error::Internal(_) => say("出错了", "Something went wrong", later),
        Error::TooManyCalls => say("现在太忙了", "Too busy at the moment", later),
        Error::Consumer => say("这里不认识这个网站", "This site is not known here", tell),
        Error::Operation(failure) if *failure == CALLBACK => say(
            "返回的地址不属于这个网站",
            "The way back does not belong to the site",
            tell,
        ),
        Error::Token => say(
            "这个授权请求已经无效",
            "This request is no longer valid",
            (
                "它可能已经处理过，或者放得太久。请回到原来的网站，重新开始。",
                "It was answered before, or has waited for too long. Please go back to the site that you came from, \
                 and start again.",
            ),
        ),
        Error::Form => say(
            "这个页面已经过期",
            "This page has expired",
            (
                "请重新打开页面再试一次；浏览器需要允许 Cookie。",
                "Please open it again, and try once more; the browser has to allow cookies.",
            ),
        ),
        _ => say("无法处理这个请求", "The request cannot be read", from_start),
    }
}

/// The page for an unknown address.
pub fn nobody(ctx: &Ctx, request: &Request) -> Answer {
    let language = Language::of(request);
    let title = language.of_two("没有这个空间", "There is nobody here");
    let words = language.of_two(
        "地址可能不完整，或者这个成员已经不在了。",
        "The address may be incomplete, or the member is gone.",
    );
    let page = html::Page::failure(request, (404, 404), title, words, "404");
    page.docs(ctx.settings.docs).answer()
}

/// Redirects the browser to `url`.
pub fn redirect(url: String) -> Answer {
    Answer::new(302, "text/plain; charset=utf-8", String::new(), 0)
        .header("location", url)
        .header("referrer-policy", "no-referrer")
}

/// The last part of the path, decoded; empty if it cannot be read.
pub fn last_part(request: &Request) -> String {
    let part = request
        .path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    form_data::path_decode(part).unwrap_or_default()
}

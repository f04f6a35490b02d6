//! What the pages that members see have in common.

use futures_util::future::{BoxFuture, FutureExt};
use weiquan_macros::QzoneInput as Input;

use super::checks::Params;
use super::error::{Error, Step};
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

/// The login fields of a form. `username` is filled in as far as it is known.
pub fn login_fields(language: Language, username: &str) -> String {
    format!(
        "<label>{}<input name=\"username\" value=\"{}\" autocomplete=\"username\" autocapitalize=\"none\"></label>\n\
         <label>{}<input name=\"password\" type=\"password\" autocomplete=\"current-password\"></label>\n",
        language.of_two("用户名", "User name"),
        escape(username),
        language.of_two("密码", "Password"),
    )
}

/// The text for a failed login.
pub fn login_failure(language: Language, failure: login::Failure) -> String {
    let text = match failure {
        login::Failure::Unknown | login::Failure::Wrong => {
            language.of_two("用户名或密码错误", "Wrong user name or password")
        }
        login::Failure::TooMany => language.of_two(
            "登录失败次数过多，请稍后再试",
            "Too many failures, please try again later",
        ),
    };
    format!("<p class=\"error\">{text}</p>\n")
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
pub fn error_page(ctx: &Ctx, language: Language, error: &Error, step: Step) -> Answer {
    report(ctx, error);
    let (ret, msg) = error.wire(step);
    let status = match error {
        Error::Internal(_) => 500,
        error => match error.status() {
            200 => 400,
            status => status,
        },
    };
    let hint = match error {
        Error::Internal(_) => language.of_two("系统繁忙，请稍后再试", "Please try again later"),
        _ => language.of_two(
            "请回到原来的网站，重新开始",
            "Please go back to where you came from, and start again",
        ),
    };
    let body = format!(
        "<p class=\"error\">{ret}: {}</p>\n<p>{hint}</p>",
        escape(msg)
    );
    let title = language.of_two("出错了", "Something is wrong");
    let answer = html::page(status, language, title, &body, &[], ret);
    match error {
        Error::WrongMethod { .. } => answer.header("allow", "GET, POST"),
        _ => answer,
    }
}

/// The page for an unknown address.
pub fn nobody(language: Language) -> Answer {
    let body = format!(
        "<p>{}</p>",
        language.of_two("没有这个空间", "There is nobody here")
    );
    html::page(404, language, "QZone", &body, &[], 404)
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

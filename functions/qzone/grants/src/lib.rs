//! `qzone/grants`: the page on which a member sees what sites are allowed, and revokes it.

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use weiquan::Ctx;
use weiquan::html::{self, Language, escape};
use weiquan::http::{Answer, Request};
use weiquan::login::{self, Claim};
use weiquan::qzone::page::{self, Form, Page, hidden};
use weiquan::qzone::{Error, Input, Step};
use weiquan::schema::Input as _;
use weiquan_store::clients::{self, Consumer};
use weiquan_store::clock::date_time;
use weiquan_store::digest::md5_hex;
use weiquan_store::id::Uid;
use weiquan_store::members::session::{self, Realm, Session};
use weiquan_store::oauth::token;

const PATH: &str = "/qzone/grants";
/// The cookie with a login of this page: uuid and token.
const SESSION: &str = "qzone_session";
/// How long such a login is valid, in minutes.
const MINUTES: i64 = 30;

/// The page.
pub static PAGE: Page = Page {
    package: env!("CARGO_PKG_NAME"),
    path: PATH,
    words: "shows a member what was allowed, and takes it back",
    params: <Input<'_> as weiquan::schema::Input<_>>::PARAMS,
    answer: None,
    failures: &[],
    handle: |ctx, request| serve(ctx, request).boxed(),
};

#[derive(Input)]
struct Input<'a> {
    /// If posted, it ends the login.
    logout: Option<&'a str>,
    /// The consumer whose grant is revoked.
    revoke: Option<&'a str>,
    #[param(flatten)]
    form: Form<'a>,
}

async fn serve(ctx: &Ctx, request: &Request) -> Answer {
    match decide(ctx, request).await {
        Ok(answer) => answer,
        Err(error) => page::error_page(ctx, request, &error, Step::Authorize),
    }
}

async fn decide(ctx: &Ctx, request: &Request) -> Result<Answer, Error> {
    let params = page::parameters(request)?;
    let input = Input::read(&params)?;
    let session = session(ctx, request).await?;
    let token = cookie(request).map(|(_, token)| token);
    let login = session.as_ref().zip(token);
    if request.method != "POST" {
        return match login {
            Some((session, token)) => list(ctx, request, session.uid, token, "").await,
            None => Ok(login_form(ctx, request, "", None)),
        };
    }
    if login.is_none() && input.form.username.is_empty() {
        // The login has ended, and the form was made for it.
        let ended = Language::of(request).of_two(
            "登录已经结束，请重新登录",
            "Your login has ended; please log in again",
        );
        return Ok(login_form(ctx, request, ended, None));
    }
    if !input.form.is_ours(request, login.map(|(_, token)| token)) {
        return Err(Error::Form);
    }
    match (login, input.logout, input.revoke) {
        (Some((session, token)), Some(_), _) => {
            session::revoke(&ctx.store, &session.uuid, token).await?;
            let ended = Language::of(request).of_two("已经退出", "You are logged out");
            let answer = login_form(ctx, request, ended, None);
            Ok(answer.cookie(request, SESSION, "", PATH, 0))
        }
        (Some((session, token)), None, Some(consumer)) => {
            // A grant that is already gone is not a failure.
            if let Some(grant) = token::grant_of(&ctx.store, session.uid, &consumer.into()).await? {
                token::revoke(&ctx.store, &grant.access_token).await?;
            }
            let done = Language::of(request).of_two("已经取消授权", "The permission is taken back");
            list(ctx, request, session.uid, token, done).await
        }
        (login, ..) => log_in(ctx, request, &input.form, login).await,
    }
}

fn cookie(request: &Request) -> Option<(&str, &str)> {
    request.cookie(SESSION)?.split_once('.')
}

async fn session(ctx: &Ctx, request: &Request) -> Result<Option<Session>, Error> {
    match cookie(request) {
        Some((uuid, token)) => {
            Ok(session::find(&ctx.store, Realm::Pages, &uuid.into(), token).await?)
        }
        None => Ok(None),
    }
}

async fn log_in(
    ctx: &Ctx,
    request: &Request,
    form: &Form<'_>,
    login: Option<(&Session, &str)>,
) -> Result<Answer, Error> {
    let username = form.username;
    let typed = md5_hex([form.password]);
    let end = ctx.now() + SignedDuration::from_mins(MINUTES);
    let claim = Claim {
        username,
        md5: &typed,
        network: request.network(),
        login,
    };
    match login::open(ctx, claim, Realm::Pages, end, true).await? {
        Ok((member, token)) => {
            let value = format!("{}.{token}", member.uuid);
            let answer = list(ctx, request, member.uid, &token, "").await?;
            Ok(answer.cookie(request, SESSION, &value, PATH, MINUTES * 60))
        }
        Err(failure) => Ok(login_form(ctx, request, "", Some((username, failure)))),
    }
}

fn title(language: Language) -> &'static str {
    language.of_two("我的授权", "What I have allowed")
}

/// What has just happened, for the top of the page.
fn notice(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("<p class=\"notice\" role=\"status\">{text}</p>\n"),
    }
}

fn login_form(
    ctx: &Ctx,
    request: &Request,
    happened: &str,
    failed: Option<(&str, login::Failure)>,
) -> Answer {
    let language = Language::of(request);
    let csrf = page::csrf(ctx, request, None);
    let body = format!(
        "{}<p>{}</p>\n<form method=\"post\" action=\"{PATH}\">\n{}{}\
         <p class=\"actions\"><button class=\"primary\">{}</button></p>\n</form>",
        notice(happened),
        language.of_two(
            "登录后可以看到你允许了哪些网站，也可以取消。",
            "Log in to see which sites you have allowed, and to take that back.",
        ),
        hidden("csrf", &csrf),
        page::login_fields(language, failed),
        language.of_two("登录", "Log in"),
    );
    let page = html::Page::new(request, title(language), body).docs(ctx.settings.docs);
    page::with_csrf(page.answer(), request, &csrf, "/qzone")
}

/// What the member `uid` has allowed, shown to the login with `token`.
async fn list(
    ctx: &Ctx,
    request: &Request,
    uid: Uid,
    token: &str,
    happened: &str,
) -> Result<Answer, Error> {
    let language = Language::of(request);
    let csrf = page::csrf(ctx, request, Some(token));
    let mut rows = String::new();
    for grant in token::grants(&ctx.store, uid).await? {
        let consumer = clients::find::<Consumer>(&ctx.store, &grant.consumer).await?;
        let name = consumer
            .as_ref()
            .map_or(&*grant.consumer, |c| c.display_name());
        let allowed: Vec<_> = grant
            .allowed
            .iter()
            .map(|operation| page::permission(language, operation))
            .collect();
        rows += &format!(
            "<article class=\"entry\">\n<h2>{name}</h2>\n<p>{allowed}</p>\n<p class=\"quiet\">{since} {time}</p>\n\
             <form method=\"post\" action=\"{PATH}\">\n{csrf}\
             <button name=\"revoke\" value=\"{key}\" aria-label=\"{back} {name}\">{back}</button>\n</form>\n</article>\n",
            name = escape(name),
            allowed = allowed.join(language.of_two("；", "; ")),
            since = language.of_two("允许于", "Allowed at"),
            time = date_time(Timestamp::from_second(grant.since).unwrap_or(Timestamp::MIN)),
            csrf = hidden("csrf", &csrf),
            key = escape(&grant.consumer),
            back = language.of_two("取消授权", "Take back"),
        );
    }
    if rows.is_empty() {
        rows = format!(
            "<p class=\"empty\">{}</p>\n",
            language.of_two("没有授权任何网站", "You have allowed no site")
        );
    }
    let body = format!(
        "{notice}{rows}<form class=\"entry\" method=\"post\" action=\"{PATH}\">\n{csrf}\
         <button name=\"logout\" value=\"1\">{end}</button>\n</form>",
        notice = notice(happened),
        csrf = hidden("csrf", &csrf),
        end = language.of_two("退出登录", "Log out"),
    );
    let page = html::Page::new(request, title(language), body).docs(ctx.settings.docs);
    Ok(page.answer())
}

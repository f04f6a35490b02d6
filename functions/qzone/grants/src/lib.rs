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
    let language = Language::of(request);
    match decide(ctx, request, language).await {
        Ok(answer) => answer,
        Err(error) => page::error_page(ctx, language, &error, Step::Authorize),
    }
}

async fn decide(ctx: &Ctx, request: &Request, language: Language) -> Result<Answer, Error> {
    let params = page::parameters(request)?;
    let input = Input::read(&params)?;
    let session = session(ctx, request).await?;
    let token = cookie(request).map(|(_, token)| token);
    let login = session.as_ref().zip(token);
    if request.method != "POST" {
        return match login {
            Some((session, token)) => list(ctx, request, language, session.uid, token).await,
            None => Ok(login_form(ctx, request, language, "", None)),
        };
    }
    if login.is_none() && input.form.username.is_empty() {
        // The login has ended, and the form was made for it.
        return Ok(login_form(ctx, request, language, "", None));
    }
    if !input.form.is_ours(request, login.map(|(_, token)| token)) {
        return Err(Error::Form);
    }
    match (login, input.logout, input.revoke) {
        (Some((session, token)), Some(_), _) => {
            session::revoke(&ctx.store, &session.uuid, token).await?;
            let answer = login_form(ctx, request, language, "", None);
            Ok(answer.cookie(request, SESSION, "", PATH, 0))
        }
        (Some((session, token)), None, Some(consumer)) => {
            // A grant that is already gone is not a failure.
            if let Some(grant) = token::grant_of(&ctx.store, session.uid, consumer).await? {
                token::revoke(&ctx.store, &grant.access_token).await?;
            }
            list(ctx, request, language, session.uid, token).await
        }
        (login, ..) => log_in(ctx, request, language, &input.form, login).await,
    }
}

fn cookie(request: &Request) -> Option<(&str, &str)> {
    request.cookie(SESSION)?.split_once('.')
}

async fn session(ctx: &Ctx, request: &Request) -> Result<Option<Session>, Error> {
    match cookie(request) {
        Some((uuid, token)) => Ok(session::find(&ctx.store, Realm::Pages, uuid, token).await?),
        None => Ok(None),
    }
}

async fn log_in(
    ctx: &Ctx,
    request: &Request,
    language: Language,
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
            let answer = list(ctx, request, language, member.uid, &token).await?;
            Ok(answer.cookie(request, SESSION, &value, PATH, MINUTES * 60))
        }
        Err(failure) => Ok(login_form(ctx, request, language, username, Some(failure))),
    }
}

fn title(language: Language) -> &'static str {
    language.of_two("我的授权", "What I have allowed")
}

fn login_form(
    ctx: &Ctx,
    request: &Request,
    language: Language,
    username: &str,
    failure: Option<login::Failure>,
) -> Answer {
    let csrf = page::csrf(ctx, request, None);
    let body = format!(
        "{}<form method=\"post\" action=\"{PATH}\">\n{}{}<button>{}</button>\n</form>",
        failure
            .map(|failure| page::login_failure(language, failure))
            .unwrap_or_default(),
        hidden("csrf", &csrf),
        page::login_fields(language, username),
        language.of_two("登录", "Log in"),
    );
    let answer = html::page(200, language, title(language), &body, &[], 0);
    page::with_csrf(answer, request, &csrf, "/qzone")
}

/// What the member `uid` has allowed, shown to the login with `token`.
async fn list(
    ctx: &Ctx,
    request: &Request,
    language: Language,
    uid: u64,
    token: &str,
) -> Result<Answer, Error> {
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
            "<div class=\"feed\">\n<p><strong>{}</strong></p>\n<p>{}</p>\n<p class=\"quiet\">{}</p>\n\
             <form method=\"post\" action=\"{PATH}\">\n{}<button name=\"revoke\" value=\"{}\">{}</button>\n</form>\n</div>\n",
            escape(name),
            allowed.join(language.of_two("；", "; ")),
            date_time(Timestamp::from_second(grant.since).unwrap_or(Timestamp::MIN)),
            hidden("csrf", &csrf),
            escape(&grant.consumer),
            language.of_two("取消授权", "Take back"),
        );
    }
    if rows.is_empty() {
        rows = format!(
            "<p>{}</p>\n",
            language.of_two("没有授权任何应用", "Nothing is allowed")
        );
    }
    let body = format!(
        "{rows}<form method=\"post\" action=\"{PATH}\">\n{}<button name=\"logout\" value=\"1\">{}</button>\n</form>",
        hidden("csrf", &csrf),
        language.of_two("退出", "Log out"),
    );
    Ok(html::page(200, language, title(language), &body, &[], 0))
}

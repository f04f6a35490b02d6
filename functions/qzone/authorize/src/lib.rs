//! `oauth/qzoneoauth_authorize`: the page on which a member allows a site to act, or refuses (qzone
//! section 2.4).

use std::sync::Arc;

use futures_util::FutureExt;
use weiquan::Ctx;
use weiquan::html::{self, Language, escape};
use weiquan::http::{Answer, Request};
use weiquan::login::{self, Claim};
use weiquan::qzone::callback::{Callback, OUT_OF_BAND};
use weiquan::qzone::failure::CALLBACK;
use weiquan::qzone::page::{self, Form, Page, hidden};
use weiquan::qzone::signature::sign_openid;
use weiquan::qzone::{Error, Input, Step};
use weiquan::schema::Input as _;
use weiquan_store::clients::{self, Consumer};
use weiquan_store::digest::md5_hex;
use weiquan_store::oauth::request_token::{self, RequestToken};
use weiquan_store::oauth::token;

const PATH: &str = "/oauth/qzoneoauth_authorize";

/// The page.
pub static PAGE: Page = Page {
    package: env!("CARGO_PKG_NAME"),
    path: PATH,
    words: "asks a member to allow a site to act, by name and password",
    params: <Input<'_> as weiquan::schema::Input<_>>::PARAMS,
    answer: None,
    failures: &[CALLBACK],
    handle: |ctx, request| serve(ctx, request).boxed(),
};

#[derive(Input)]
struct Input<'a> {
    /// The site's consumer key.
    #[param(required)]
    oauth_consumer_key: &'a str,
    /// The request token.
    #[param(required)]
    oauth_token: &'a str,
    /// Where the member is sent afterwards, unless the site has signed an address with the request token; `oob` counts
    /// as empty.
    #[param(example = "http://localhost/callback")]
    oauth_callback: &'a str,
    /// What the form posts: `allow` or `refuse`.
    decision: &'a str,
    #[param(flatten)]
    form: Form<'a>,
}

/// Which site asks, what for, and where the member is sent afterwards.
struct Asked {
    consumer: Arc<Consumer>,
    token: RequestToken,
    callback: Callback,
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
    let posted = request.method == "POST";
    if posted && !input.form.is_ours(request, None) {
        return Err(Error::Form);
    }
    let asked = asked(ctx, &input).await?;
    if !posted && asked.token.uid.is_some() {
        return Err(Error::Token);
    }
    let answer = if posted {
        decided(ctx, request, &asked, &input).await?
    } else {
        show(ctx, request, &asked, None)
    };
    Ok(answer.of(PATH, Some(asked.consumer.key.to_string())))
}

/// Carries out the member's decision.
async fn decided(
    ctx: &Ctx,
    request: &Request,
    asked: &Asked,
    input: &Input<'_>,
) -> Result<Answer, Error> {
    let Asked {
        consumer,
        token,
        callback,
    } = asked;
    match input.decision {
        "allow" => {
            let username = input.form.username;
            let typed = md5_hex([input.form.password]);
            let claim = Claim {
                username,
                md5: &typed,
                network: request.network(),
                login: None,
            };
            let member = match login::member(ctx, claim).await? {
                Ok(member) => member,
                Err(failure) => {
                    return Ok(show(ctx, request, asked, Some((username, failure))));
                }
            };
            let vericode =
                request_token::allow(&ctx.store, token, member.uid, &consumer.allowed).await??;
            let openid = token::openid_of(consumer, &member);
            let now = ctx.now().as_second();
            Ok(page::redirect(callback.with(&[
                ("oauth_token", &token.token),
                ("openid", &openid),
                (
                    "oauth_signature",
                    &sign_openid(&consumer.secret, &openid, now),
                ),
                ("timestamp", &now.to_string()),
                ("oauth_vericode", &vericode),
            ])))
        }
        "refuse" if request_token::refuse(&ctx.store, token).await? => {
            Ok(page::redirect(callback.with(&[
                ("oauth_token", &token.token),
                ("usercancel", "1"),
            ])))
        }
        "refuse" => Err(Error::Token),
        _ => Err(Error::BadRequest(None)),
    }
}

async fn asked(ctx: &Ctx, input: &Input<'_>) -> Result<Asked, Error> {
    let consumer = clients::find::<Consumer>(&ctx.store, input.oauth_consumer_key)
        .await?
        .ok_or(Error::Consumer)?;
    let token = request_token::find(&ctx.store, input.oauth_token)
        .await?
        .filter(|token| token.consumer == consumer.key)
        .ok_or(Error::Token)?;
    let text = match input.oauth_callback {
        OUT_OF_BAND => "",
        text => text,
    };
    let callback = match &token.callback {
        // The site signed this address; nobody has signed the one in this page's parameters.
        Some(signed) => Callback::parse(signed, &consumer).filter(|signed| {
            let again = Callback::parse(text, &consumer);
            text.is_empty() || again.is_some_and(|again| again == *signed)
        }),
        None => Callback::parse(text, &consumer),
    };
    Ok(Asked {
        callback: callback.ok_or(CALLBACK)?,
        consumer,
        token,
    })
}

fn show(
    ctx: &Ctx,
    request: &Request,
    asked: &Asked,
    failed: Option<(&str, login::Failure)>,
) -> Answer {
    let language = Language::of(request);
    let consumer = &asked.consumer;
    let name = consumer.display_name();
    let wants: String = consumer
        .allowed
        .iter()
        .map(|operation| format!("<li>{}</li>\n", page::permission(language, operation)))
        .collect();
    let csrf = page::csrf(ctx, request, None);
    let body = format!(
        "<div class=\"site\">\n<span aria-hidden=\"true\">{initial}</span>\n\
         <p><strong>{name}</strong><br>{origin}</p>\n</div>\n<p>{asks}</p>\n<ul>\n{wants}</ul>\n\
         <form method=\"post\" action=\"{PATH}\">\n{key}{token}{callback}{csrf}{fields}<p class=\"actions\">\n\
         <button class=\"primary\" name=\"decision\" value=\"allow\">{allow}</button>\n\
         <button name=\"decision\" value=\"refuse\" formnovalidate>{refuse}</button>\n</p>\n</form>\n\
         <p class=\"quiet\">{after}</p>",
        initial = escape(&name.chars().take(1).collect::<String>()),
        name = escape(name),
        origin = escape(asked.callback.origin()),
        asks = language.of_two("请求代表你：", "asks to act for you:"),
        key = hidden("oauth_consumer_key", &consumer.key),
        token = hidden("oauth_token", &asked.token.token),
        callback = hidden("oauth_callback", asked.callback.url()),
        csrf = hidden("csrf", &csrf),
        fields = page::login_fields(language, failed),
        allow = language.of_two("允许", "Allow"),
        refuse = language.of_two("拒绝", "Refuse"),
        after = language.of_two(
            "无论允许或拒绝，之后都将返回上面的地址。密码不会交给这个网站；授权可以随时取消。",
            "Either way you will be sent to the address above. The site does not get your password, and you can take \
             the permission back at any time.",
        ),
    );
    let title = language.of_two("允许这个网站吗？", "Allow this site?");
    let page = html::Page::new(request, title, body).docs(ctx.settings.docs);
    let targets = asked.callback.form_targets(consumer);
    page::with_csrf(
        page.form_targets(&targets).answer(),
        request,
        &csrf,
        "/oauth",
    )
}

//! `oauth/qzoneoauth_access_token`: the third of OAuth's three steps (qzone section 2.4).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::qzone::failure::VERICODE;
use weiquan::qzone::signature::sign_openid;
use weiquan::qzone::{Call, Error, Input, Operation, Shape, Step, operation};
use weiquan::schema::Answer;
use weiquan_store::members::member;
use weiquan_store::oauth::request_token::{self, NotExchanged, RequestToken};
use weiquan_store::oauth::token;
use weiquan_store::table::Consistency;

/// The operation.
pub static OPERATION: Operation = Operation {
    get: true,
    shape: Shape::Form(Step::AccessToken),
    failures: &[VERICODE],
    ..operation!(
        "oauth", "qzoneoauth_access_token", "exchanges a request token that a member has allowed for an access token",
        RequestToken: Input<'_> => Output, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// The request token.
    #[param(name = "oauth_token", required)]
    _oauth_token: (),
    /// The code that the callback received; if it is missing, `oauth_verifier` is used.
    oauth_vericode: Option<&'a str>,
    /// The same, under the name of OAuth 1.0a.
    oauth_verifier: &'a str,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The access token.
    oauth_token: String,
    /// Its secret.
    oauth_token_secret: String,
    /// The openid: the member as this site knows it.
    openid: String,
    /// The time in seconds.
    timestamp: String,
    /// The openid and the time, signed with the site's secret.
    oauth_signature: String,
}

async fn handle(
    ctx: &Ctx,
    call: Call<'_, RequestToken>,
    input: Input<'_>,
) -> Result<Output, Error> {
    let uid = call.token.uid.ok_or(Error::Token)?;
    let member = member::by_uid(&ctx.store, uid, Consistency::Strong).await?;
    let member = member.filter(|member| !member.banned).ok_or(Error::Token)?;
    let consumer = &call.consumer;
    let vericode = input.oauth_vericode.unwrap_or(input.oauth_verifier);
    let access = loop {
        let allowed = call.token.allowed.clone();
        let access = token::token_for(&ctx.store, consumer, &member, allowed).await?;
        let (store, token) = (&ctx.store, &call.token);
        match request_token::exchange(store, token, vericode, &access, call.nonce()).await? {
            Ok(()) => break access,
            // Another sign-in of the member on this site was faster. Both share its token.
            Err(NotExchanged::AnotherToken) => {}
            Err(NotExchanged::NonceUsed) => return Err(Error::Nonce),
            Err(NotExchanged::NoToken) => return Err(Error::Token),
            Err(NotExchanged::Vericode) => return Err(VERICODE.into()),
        }
    };
    let now = ctx.now().as_second();
    let signature = sign_openid(&consumer.secret, &access.openid, now);
    Ok(Output {
        oauth_token: access.token,
        oauth_token_secret: access.secret,
        openid: access.openid.to_string(),
        timestamp: now.to_string(),
        oauth_signature: signature,
    })
}

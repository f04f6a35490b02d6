//! `oauth/qzoneoauth_access_token`: the third of OAuth's three steps (qzone section 2.4).

use futures_util::FutureExt;
use shared::Ctx;
use shared::qzone::signature::sign_openid;
use shared::qzone::{Call, Error, Handle, Operation, Output, Param, Shape, Step};
use shared::store::request_token::{self, Refused, RequestToken};
use shared::store::{Consistency, Refusal, member, oauth};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "qzoneoauth_access_token",
    path: "/oauth/qzoneoauth_access_token",
    words: "exchanges a request token that a member has allowed for an access token",
    get: true,
    shape: Shape::Form(Step::AccessToken),
    params: &[
        Param {
            name: "oauth_token",
            words: "the request token",
            example: None,
        },
        Param {
            name: "oauth_vericode",
            words: "what the callback was told; `oauth_verifier` counts as it where it is missing",
            example: None,
        },
    ],
    handle: Handle::RequestToken(|ctx, call| handle(ctx, call).boxed()),
};

async fn handle(ctx: &Ctx, call: Call<'_, RequestToken>) -> Result<Output, Error> {
    let uid = call.token.uid.ok_or(Error::Token)?;
    let member = member::by_uid(ctx, uid, Consistency::Strong).await?;
    let member = member.filter(|member| !member.banned).ok_or(Error::Token)?;
    let consumer = &call.consumer;
    let vericode = match call.param("oauth_vericode") {
        "" => call.param("oauth_verifier"),
        vericode => vericode,
    };
    let access = loop {
        let allowed = call.token.allowed.clone();
        let access = oauth::token_for(ctx, consumer, &member, allowed).await?;
        match request_token::exchange(ctx, &call.token, vericode, &access, call.nonce()).await {
            Ok(()) => break access,
            // Another sign-in of the member on this site was faster: that token is shared.
            Err(Refusal::Condition(Refused::AnotherToken)) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    };
    let now = ctx.now().as_second();
    let signature = sign_openid(&consumer.secret, &access.openid, now);
    Ok(Output(vec![
        ("oauth_token", access.token),
        ("oauth_token_secret", access.secret),
        ("openid", access.openid),
        ("timestamp", now.to_string()),
        ("oauth_signature", signature),
    ]))
}

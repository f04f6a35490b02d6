//! `oauth/qzoneoauth_request_token`: the first of OAuth's three steps (qzone section 2.4).

use futures_util::FutureExt;
use shared::Ctx;
use shared::qzone::callback::{Callback, OUT_OF_BAND};
use shared::qzone::{Call, Error, Handle, Operation, Output, Param, Shape, Step};
use shared::store::{oauth, request_token};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "qzoneoauth_request_token",
    path: "/oauth/qzoneoauth_request_token",
    words: "gives a site a request token, which a member is then asked to allow",
    get: true,
    shape: Shape::Form(Step::RequestToken),
    params: &[Param {
        name: "oauth_callback",
        words: "where the member is sent afterwards, on a registered domain; empty or `oob` where the next step tells it",
        example: None,
    }],
    handle: Handle::Site(|ctx, call| handle(ctx, call).boxed()),
};

async fn handle(ctx: &Ctx, call: Call<'_, ()>) -> Result<Output, Error> {
    let callback = match call.param("oauth_callback") {
        "" | OUT_OF_BAND => Ok(None),
        text => Callback::parse(text, &call.consumer)
            .map(|callback| Some(callback.url().to_owned()))
            .ok_or(Error::Callback),
    };
    let callback = oauth::or_use_nonce(ctx, call.nonce(), callback).await?;
    let token = request_token::issue(ctx, &call.consumer.key, callback, call.nonce()).await?;
    Ok(Output(vec![
        ("oauth_token", token.token),
        ("oauth_token_secret", token.secret),
    ]))
}

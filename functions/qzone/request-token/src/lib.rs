//! `oauth/qzoneoauth_request_token`: the first of OAuth's three steps (qzone section 2.4).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::qzone::callback::{Callback, OUT_OF_BAND};
use weiquan::qzone::failure::CALLBACK;
use weiquan::qzone::{Call, Error, Input, Operation, Shape, Step, operation};
use weiquan::schema::Answer;
use weiquan_store::oauth::{nonce, request_token};

/// The operation.
pub static OPERATION: Operation = Operation {
    get: true,
    shape: Shape::Form(Step::RequestToken),
    failures: &[CALLBACK],
    ..operation!(
        "oauth", "qzoneoauth_request_token", "gives a site a request token, which a member is then asked to allow",
        Site: Input<'_> => Output, handle
    )
};

#[derive(Input)]
struct Input<'a> {
    /// Where the member is sent afterwards, on a registered domain; empty or `oob` if the next step gives it.
    oauth_callback: &'a str,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The request token.
    oauth_token: String,
    /// Its secret.
    oauth_token_secret: String,
}

async fn handle(ctx: &Ctx, call: Call<'_, ()>, input: Input<'_>) -> Result<Output, Error> {
    let callback = match input.oauth_callback {
        "" | OUT_OF_BAND => Ok(None),
        text => Callback::parse(text, &call.consumer)
            .map(|callback| Some(callback.url().to_owned()))
            .ok_or(Error::from(CALLBACK)),
    };
    let callback = nonce::or_use_nonce(&ctx.store, call.nonce(), callback).await?;
    let token =
        request_token::issue(&ctx.store, &call.consumer.key, callback, call.nonce()).await??;
    Ok(Output {
        oauth_token: token.token,
        oauth_token_secret: token.secret,
    })
}

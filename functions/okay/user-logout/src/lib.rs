//! `App.User.Logout`: ends a login at once (okayapi section 7.3).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::{Call, Done, Error, Login, Operation, answer};
use shared::store::session;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.Logout",
    words: "ends a login at once",
    professional: false,
    login: Login::Required,
    params: &[],
    results: &[],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    uuid: String,
    token: String,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Done, Error> {
    let input: Input = call.input()?;
    // A login that has ended already is no failure.
    session::revoke(ctx, &input.uuid, &input.token).await?;
    Ok(Done {})
}

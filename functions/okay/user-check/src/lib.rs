//! `App.User.Check`: tells whether a login is alive (okayapi section 7.3).

use shared::Ctx;
use shared::okay::{Call, Done, Error, Failure, Login, Operation, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.Check",
    words: "tells whether a login is alive",
    professional: false,
    login: Login::Required,
    params: &[],
    results: &[],
    failures: &[DEAD],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const DEAD: Failure = (1, "用户未登录，或登录态已过期");

async fn handle(ctx: &Ctx, call: Call) -> Result<Done, Error> {
    match call.live_session(ctx).await? {
        Some(_) => Ok(Done {}),
        None => Err(DEAD.into()),
    }
}

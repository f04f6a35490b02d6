//! `App.User.Check` (okayapi section 7.3).

use weiquan::Ctx;
use weiquan::okay::{Call, Done, Error, Failure, Login, Nothing, Operation, operation};

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Required,
    failures: &[DEAD],
    ..operation!("App.User.Check", "tells whether a login is alive", Nothing => Done, handle)
};

const DEAD: Failure = Failure::new(1, "用户未登录，或登录态已过期", "the login is dead");

async fn handle(ctx: &Ctx, call: Call, _input: Nothing) -> Result<Done, Error> {
    match call.live_session(ctx).await? {
        Some(_) => Ok(Done {}),
        None => Err(DEAD.into()),
    }
}

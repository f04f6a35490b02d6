//! `App.User.Logout` (okayapi section 7.3).

use weiquan::Ctx;
use weiquan::okay::{Call, Done, Error, Login, Nothing, Operation, operation};
use weiquan_store::members::session;

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Required,
    ..operation!("App.User.Logout", "ends a login at once", Nothing => Done, handle)
};

async fn handle(ctx: &Ctx, call: Call, _input: Nothing) -> Result<Done, Error> {
    let (uuid, token) = call.login().ok_or(Error::NoSession)?;
    // A login that has already ended is not a failure.
    session::revoke(&ctx.store, uuid, token).await?;
    Ok(Done {})
}

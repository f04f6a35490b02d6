//! `App.User.Profile` (okayapi section 7.3).

use weiquan::Ctx;
use weiquan::okay::user::Profile;
use weiquan::okay::{Call, Error, Login, Nothing, Operation, operation};
use weiquan_store::members::{ext_info, member};
use weiquan_store::table::Consistency;

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Required,
    ..operation!("App.User.Profile", "shows the caller's own profile", Nothing => Profile, handle)
};

async fn handle(ctx: &Ctx, call: Call, _input: Nothing) -> Result<Profile, Error> {
    let session = call.session(ctx).await?;
    let (member, ext_info) = futures_util::join!(
        member::by_uid(&ctx.store, session.uid, Consistency::Strong),
        ext_info::read(&ctx.store, session.uid),
    );
    let member = member?.ok_or(Error::NoSession)?;
    Profile::new(&member, member.register_ip, ext_info?)
}

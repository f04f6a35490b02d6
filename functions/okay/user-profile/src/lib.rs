//! `App.User.Profile` (okayapi section 7.3).

use shared::Ctx;
use shared::okay::user::Profile;
use shared::okay::{Call, Error, Login, Nothing, Operation, operation};
use shared::store::{Consistency, ext_info, member};

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Required,
    ..operation!("App.User.Profile", "shows the caller's own profile", Nothing => Profile, handle)
};

async fn handle(ctx: &Ctx, call: Call, _input: Nothing) -> Result<Profile, Error> {
    let session = call.session(ctx).await?;
    let (member, ext_info) = futures_util::join!(
        member::by_uid(ctx, session.uid, Consistency::Strong),
        ext_info::read(ctx, session.uid),
    );
    let member = member?.ok_or(Error::NoSession)?;
    Profile::new(&member, member.register_ip, ext_info?)
}

//! `App.User.Profile`: shows the caller's own profile (okayapi section 7.3).

use shared::Ctx;
use shared::okay::user::Profile;
use shared::okay::{Call, Error, Login, Operation, answer};
use shared::store::{Consistency, ext_info, member};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.Profile",
    words: "shows the caller's own profile",
    professional: false,
    login: Login::Required,
    params: &[],
    results: &[(
        "info",
        "`uuid`, `username`, `role`, `rolename`, `status` (0; 1 banned), `register_time`, `register_ip`, `ext_info`",
    )],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

async fn handle(ctx: &Ctx, call: Call) -> Result<Profile, Error> {
    let session = call.session(ctx).await?;
    let (member, ext_info) = futures_util::join!(
        member::by_uid(ctx, session.uid, Consistency::Strong),
        ext_info::read(ctx, session.uid),
    );
    let member = member?.ok_or(Error::NoSession)?;
    Profile::new(&member, member.register_ip, ext_info?)
}

//! `App.User.UpdateExtInfo` (okayapi section 7.3).

use weiquan::Ctx;
use weiquan::okay::user::{self, ExtInfo, NO_MEMBER};
use weiquan::okay::{Call, Error, Input, Login, Object, Operation, operation};
use weiquan_store::id::Uuid;
use weiquan_store::members::{ext_info, member};

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Required,
    failures: &[NO_MEMBER],
    ..operation!("App.User.UpdateExtInfo", "stores fields of the caller's `ext_info`", Input => ExtInfo, handle)
};

#[derive(Input)]
struct Input {
    /// Fields that replace stored ones of the same names; other stored fields stay.
    #[param(example = r#"{"sex":"female"}"#)]
    ext_info: Object,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<ExtInfo, Error> {
    let Some(session) = call.live_session(ctx).await? else {
        return Err(no_session(ctx, call.uuid()?).await?);
    };
    let merge = |old: Option<&str>| user::merged(old, &input.ext_info);
    let text = ext_info::change(&ctx.store, session.uid, merge).await??;
    ExtInfo::new(text)
}

/// Why a member has no login: a ban ends all logins.
async fn no_session(ctx: &Ctx, uuid: &Uuid) -> Result<Error, Error> {
    let member = member::by_uuid(&ctx.store, uuid).await?;
    Ok(match member.is_some_and(|member| member.banned) {
        true => NO_MEMBER.into(),
        false => Error::NoSession,
    })
}

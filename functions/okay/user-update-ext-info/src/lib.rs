//! `App.User.UpdateExtInfo`: stores fields of the caller's `ext_info` (okayapi section 7.3).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::user::{self, ExtInfo, NO_MEMBER};
use shared::okay::{Call, Error, Login, Operation, Param, answer};
use shared::store::{ext_info, member};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.UpdateExtInfo",
    words: "stores fields of the caller's `ext_info`",
    professional: false,
    login: Login::Required,
    params: &[Param::object(
        "ext_info",
        "fields that are stored over those of the same names; the others stay",
    )
    .required()
    .example(r#"{"sex":"female"}"#)],
    results: &[("ext_info", "all fields after that")],
    failures: &[NO_MEMBER],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    uuid: String,
    ext_info: String,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<ExtInfo, Error> {
    let input: Input = call.input()?;
    let Some(session) = call.live_session(ctx).await? else {
        return Err(no_session(ctx, &input.uuid).await?);
    };
    let merge = |old: Option<&str>| user::merged(old, &input.ext_info);
    let text = ext_info::change(ctx, session.uid, merge).await?;
    ExtInfo::new(text)
}

/// Why a member has no login: a ban ends all of them.
async fn no_session(ctx: &Ctx, uuid: &str) -> Result<Error, Error> {
    let member = member::by_uuid(ctx, uuid).await?;
    Ok(match member.is_some_and(|member| member.banned) {
        true => NO_MEMBER.into(),
        false => Error::NoSession,
    })
}

//! `App.User.OtherProfile`: shows the profile of another member, without the address (okayapi section 7.3).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::user::Profile;
use shared::okay::{Call, Error, Failure, Login, Operation, Param, answer};
use shared::store::{ext_info, member};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.OtherProfile",
    words: "shows the profile of another member, without the address",
    professional: false,
    login: Login::Ignored,
    params: &[Param::text("other_uuid", "the member")
        .len(32, 32)
        .required()
        .example("1B2C3D4E5F60718293A4B5C6D7E8F90A")],
    results: &[("info", "as of `App.User.Profile`; `register_ip` is empty")],
    failures: &[NO_MEMBER],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const NO_MEMBER: Failure = (1, "用户不存在");

#[derive(Deserialize)]
struct Input {
    other_uuid: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Profile, Error> {
    let input: Input = call.input()?;
    let member = member::by_uuid(ctx, &input.other_uuid)
        .await?
        .ok_or(NO_MEMBER)?;
    let ext_info = ext_info::read(ctx, member.uid).await?;
    Profile::new(&member, None, ext_info)
}

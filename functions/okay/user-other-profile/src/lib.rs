//! `App.User.OtherProfile` (okayapi section 7.3).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::okay::user::{NO_MEMBER, Profile};
use weiquan::okay::{Call, Done, Error, Failure, Input, Login, Operation, UpperHex, operation};
use weiquan_store::members::{ext_info, member};

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Ignored,
    failures: &[NOBODY],
    ..operation!(
        "App.User.OtherProfile", "shows the profile of another member, without the address",
        Input => Profile, handle
    )
};

const NOBODY: Failure = Failure {
    when: "no member has that uuid, or the member is banned; `info` is `{}`",
    ..NO_MEMBER
};

#[derive(Input)]
struct Input {
    /// The member's uuid.
    #[param(len = 32..=32, example = "1B2C3D4E5F60718293A4B5C6D7E8F90A")]
    other_uuid: UpperHex,
}

/// Clients read `info` before they look at `err_code`.
#[derive(Serialize)]
struct Nobody {
    info: Done,
}

async fn handle(ctx: &Ctx, _call: Call, input: Input) -> Result<Profile, Error> {
    let found = member::by_uuid(&ctx.store, &input.other_uuid.0.into()).await?;
    let Some(member) = found.filter(|member| !member.banned) else {
        return Err(Error::with_fields(NOBODY, &Nobody { info: Done {} }));
    };
    let ext_info = ext_info::read(&ctx.store, member.uid).await?;
    Profile::new(&member, None, ext_info)
}

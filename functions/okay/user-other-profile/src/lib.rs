//! `App.User.OtherProfile`: shows the profile of another member, without the address (okayapi section 7.3).

use serde::{Deserialize, Serialize};
use shared::Ctx;
use shared::okay::user::{NO_MEMBER, Profile};
use shared::okay::{Call, Data, Done, Error, Login, Operation, Param};
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
    results: &[(
        "info",
        "as of `App.User.Profile`; `register_ip` is empty; `{}` where there is no such member",
    )],
    failures: &[NO_MEMBER],
    handle: |ctx, call| Box::pin(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    other_uuid: String,
}

/// Clients read `info` before they look at `err_code`.
#[derive(Serialize)]
struct Nobody {
    info: Done,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Data, Error> {
    let input: Input = call.input()?;
    let found = member::by_uuid(ctx, &input.other_uuid).await?;
    let Some(member) = found.filter(|member| !member.banned) else {
        return Data::failed(NO_MEMBER, &Nobody { info: Done {} });
    };
    let ext_info = ext_info::read(ctx, member.uid).await?;
    Data::new(&Profile::new(&member, None, ext_info)?)
}

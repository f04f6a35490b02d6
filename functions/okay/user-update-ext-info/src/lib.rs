//! `App.User.UpdateExtInfo`: stores fields of the caller's `ext_info` (okayapi section 7.3).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::{Call, Done, Error, Login, Operation, Param, answer, user};
use shared::store::ext_info;

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
    results: &[],
    failures: &[],
    handle: |ctx, call| answer(handle(ctx, call)),
};

#[derive(Deserialize)]
struct Input {
    ext_info: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Done, Error> {
    let input: Input = call.input()?;
    let session = call.session(ctx).await?;
    ext_info::change(ctx, session.uid, |old| user::merged(old, &input.ext_info)).await?;
    Ok(Done {})
}

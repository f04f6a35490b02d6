//! `App.User.Register`: registers a member (okayapi section 7.3).

use serde::{Deserialize, Serialize};
use shared::Ctx;
use shared::okay::{Call, Error, Failure, Login, Operation, Param, answer, user};
use shared::password;
use shared::store::Refusal;
use shared::store::member::{self, Member};
use shared::text::is_blank;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.Register",
    words: "registers a member",
    professional: false,
    login: Login::Ignored,
    params: &[
        Param::text("username", "the name to log in with")
            .len(1, 50)
            .required()
            .example("lili"),
        Param::text("password", "the MD5 of the password, 32 hex digits")
            .len(32, 32)
            .required()
            .example("ca6576364796264a4312a30713c93d48"),
        Param::object("ext_info", "what the app wants to know of the member")
            .example(r#"{"sex":"female"}"#),
    ],
    results: &[("uuid", "the new member")],
    failures: &[TAKEN],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const TAKEN: Failure = (1, "用户已注册，不能重复注册");

#[derive(Deserialize)]
struct Input {
    username: String,
    password: String,
    ext_info: Option<String>,
}

#[derive(Serialize)]
struct Output {
    uuid: String,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Output, Error> {
    let input: Input = call.input()?;
    let ext_info = input.ext_info.as_deref();
    let ext_info = ext_info.map(|new| user::merged(None, new)).transpose()?;
    if is_blank(&input.username) {
        let (name, min, len) = ("username", 1, 0);
        return Err(Error::TooShort { name, min, len });
    }
    // Hashing is dear: not for a name that is taken.
    if member::is_username_taken(ctx, &input.username).await? {
        return Err(TAKEN.into());
    }
    let member = Member {
        password: Some(password::hash(ctx, &input.password)?),
        register_ip: call.source_ip,
        ..Member::new(ctx, &input.username)
    };
    match member::register(ctx, member, ext_info).await {
        Ok(member) => Ok(Output { uuid: member.uuid }),
        Err(Refusal::Condition(_)) => Err(TAKEN.into()),
        Err(Refusal::Store(error)) => Err(error.into()),
    }
}

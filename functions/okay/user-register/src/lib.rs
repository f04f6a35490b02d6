//! `App.User.Register` (okayapi section 7.3).

use serde::Serialize;
use weiquan::Ctx;
use weiquan::okay::{Call, Error, Failure, Input, Login, Object, Operation, operation, user};
use weiquan::password;
use weiquan::schema::Answer;
use weiquan_store::members::member::{self, Member, UsernameTaken};
use weiquan_store::unicode::is_blank;

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Ignored,
    failures: &[TAKEN],
    ..operation!("App.User.Register", "registers a member", Input => Output, handle)
};

const TAKEN: Failure = Failure::new(1, "用户已注册，不能重复注册", "the name is taken");

#[derive(Input)]
struct Input {
    /// The name to log in with.
    #[param(len = 1..=50, example = "lili")]
    username: String,
    /// The MD5 of the password, 32 hex digits.
    #[param(len = 32..=32, example = "ca6576364796264a4312a30713c93d48")]
    password: String,
    /// What the app wants to know about the member.
    #[param(example = r#"{"sex":"female"}"#)]
    ext_info: Option<Object>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The new member's uuid.
    uuid: String,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Output, Error> {
    let ext_info = input.ext_info.as_ref();
    let ext_info = ext_info.map(|new| user::merged(None, new)).transpose()?;
    if is_blank(&input.username) {
        let (name, min, len) = ("username", 1, 0);
        return Err(Error::TooShort { name, min, len });
    }
    // Hashing is expensive, so it is skipped for a name that is taken.
    if member::is_username_taken(&ctx.store, &input.username).await? {
        return Err(TAKEN.into());
    }
    let member = Member {
        password: Some(password::hash(ctx, &input.password)?),
        register_ip: call.source_ip,
        ..Member::new(&ctx.store, &input.username)
    };
    let member = member::register(&ctx.store, member, ext_info)
        .await?
        .map_err(|UsernameTaken| TAKEN)?;
    Ok(Output {
        uuid: member.uuid.to_string(),
    })
}

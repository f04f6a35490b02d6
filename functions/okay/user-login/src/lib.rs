//! `App.User.Login`: logs a member in (okayapi section 7.3).

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use shared::Ctx;
use shared::login;
use shared::okay::user::{TOO_MANY_ATTEMPTS, role};
use shared::okay::{Call, Error, Failure, Login, Operation, Param, answer};
use shared::store::account::{self, Changed};
use shared::store::{Refusal, session};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.Login",
    words: "logs a member in",
    professional: false,
    login: Login::Ignored,
    params: &[
        Param::text("username", "the name to log in with")
            .len(1, 50)
            .required()
            .example("xiaobai"),
        Param::text(
            "password",
            "the MD5 of the password, 32 lower-case hex digits",
        )
        .len(32, 32)
        .required()
        .example("ca6576364796264a4312a30713c93d48"),
        Param::int("is_allow_many", "0: earlier logins end; else they live on")
            .range(i64::MIN, i64::MAX, Some(0))
            .example("1"),
        Param::text("client", "what the caller is; not used"),
    ],
    results: &[
        ("uuid", "the member"),
        ("token", "the session"),
        ("role", "`user` or `admin`"),
    ],
    failures: &[NO_MEMBER, WRONG_PASSWORD, TOO_MANY_ATTEMPTS],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const NO_MEMBER: Failure = (1, "登录失败，账号不存在");
const WRONG_PASSWORD: Failure = (2, "登录失败，密码错误或已被封号");

#[derive(Deserialize)]
struct Input {
    username: String,
    password: String,
    is_allow_many: i64,
}

#[derive(Serialize)]
struct Output {
    uuid: String,
    token: String,
    role: &'static str,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Output, Error> {
    let input: Input = call.input()?;
    loop {
        let member = match login::member(ctx, &input.username, &input.password).await? {
            Ok(member) => member,
            Err(login::Failure::Unknown) => return Err(NO_MEMBER.into()),
            Err(login::Failure::Wrong) => return Err(WRONG_PASSWORD.into()),
            Err(login::Failure::TooMany) => return Err(TOO_MANY_ATTEMPTS.into()),
        };
        let token = session::new_token(ctx);
        let end = ctx.now() + SignedDuration::from_hours(24 * i64::from(call.app.session_days));
        match account::log_in(ctx, &member, &token, end, input.is_allow_many != 0).await {
            // The password may be another by now.
            Err(Refusal::Condition(Changed)) => {}
            Err(Refusal::Store(error)) => return Err(error.into()),
            Ok(()) => {
                return Ok(Output {
                    role: role(&member),
                    uuid: member.uuid,
                    token,
                });
            }
        }
    }
}

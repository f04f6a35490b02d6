//! `App.User.Login`: logs a member in (okayapi section 7.3).

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use shared::Ctx;
use shared::http::Network;
use shared::login::{self, Claim, Failure};
use shared::okay::user::{TOO_MANY_ATTEMPTS, role};
use shared::okay::{Call, Error, Login, Operation, Param, answer};
use shared::store::session::Realm;

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.Login",
    words: "logs a member in",
    professional: false,
    login: Login::Recognised,
    params: &[
        Param::text("username", "the name to log in with")
            .len(1, 50)
            .required()
            .example("dogstar"),
        Param::text(
            "password",
            "the MD5 of the password, 32 hex digits",
        )
        .len(32, 32)
        .required()
        .example("adfcd1ae8b5abfb93695e30c1bd3a40e"),
        Param::flag(
            "is_allow_many",
            "0: earlier logins end; else they live on, unless the app is set to one login at a time",
            None,
        )
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

const NO_MEMBER: shared::okay::Failure = (1, "登录失败，账号不存在");
const WRONG_PASSWORD: shared::okay::Failure = (2, "登录失败，密码错误或已被封号");

#[derive(Deserialize)]
struct Input {
    username: String,
    password: String,
    is_allow_many: Option<i64>,
}

#[derive(Serialize)]
struct Output {
    uuid: String,
    token: String,
    role: &'static str,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Output, Error> {
    let input: Input = call.input()?;
    let days = i64::from(call.app.session_days);
    let end = ctx.now() + SignedDuration::from_hours(24 * days);
    let session = call.live_session(ctx).await?;
    let claim = Claim {
        username: &input.username,
        md5: &input.password,
        network: call.source_ip.map(Network::of),
        login: session.as_ref().zip(call.login().map(|(_, token)| token)),
    };
    let keep_others = !call.app.single_login && input.is_allow_many != Some(0);
    match login::open(ctx, claim, Realm::Api, end, keep_others).await? {
        Ok((member, token)) => Ok(Output {
            role: role(&member),
            uuid: member.uuid,
            token,
        }),
        Err(Failure::Unknown) => Err(NO_MEMBER.into()),
        Err(Failure::Wrong) => Err(WRONG_PASSWORD.into()),
        Err(Failure::TooMany) => Err(TOO_MANY_ATTEMPTS.into()),
    }
}

//! `App.User.Login` (okayapi section 7.3).

use jiff::SignedDuration;
use serde::Serialize;
use weiquan::Ctx;
use weiquan::login::{self, Claim};
use weiquan::okay::user::{TOO_MANY_ATTEMPTS, role};
use weiquan::okay::{Call, Error, Failure, Input, Login, Operation, operation};
use weiquan::schema::Answer;
use weiquan_store::members::session::Realm;
use weiquan_store::network::Network;

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Recognised,
    failures: &[NO_MEMBER, WRONG_PASSWORD, TOO_MANY_ATTEMPTS],
    ..operation!("App.User.Login", "logs a member in", Input => Output, handle)
};

const NO_MEMBER: Failure = Failure::new(1, "登录失败，账号不存在", "no member has the name");
const WRONG_PASSWORD: Failure = Failure::new(
    2,
    "登录失败，密码错误或已被封号",
    "the password is wrong, or the member is banned",
);

#[derive(Input)]
struct Input {
    /// The name to log in with.
    #[param(len = 1..=50, example = "dogstar")]
    username: String,
    /// The MD5 of the password, 32 hex digits.
    #[param(len = 32..=32, example = "adfcd1ae8b5abfb93695e30c1bd3a40e")]
    password: String,
    /// 0 ends the earlier logins; otherwise they stay valid, unless the app is set to one login at a time.
    #[param(example = "1")]
    is_allow_many: Option<bool>,
    /// The kind of caller; not used.
    #[param(name = "client")]
    _client: Option<String>,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The member's uuid.
    uuid: String,
    /// The session's token.
    token: String,
    /// `user` or `admin`.
    role: &'static str,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Output, Error> {
    let days = i64::from(call.app.session_days);
    let end = ctx.now() + SignedDuration::from_hours(24 * days);
    let session = call.live_session(ctx).await?;
    let claim = Claim {
        username: &input.username,
        md5: &input.password,
        network: call.source_ip.map(Network::of),
        login: session.as_ref().zip(call.login().map(|(_, token)| token)),
    };
    let keep_others = !call.app.single_login && input.is_allow_many != Some(false);
    match login::open(ctx, claim, Realm::Api, end, keep_others).await? {
        Ok((member, token)) => Ok(Output {
            role: role(&member),
            uuid: member.uuid.to_string(),
            token,
        }),
        Err(login::Failure::Unknown) => Err(NO_MEMBER.into()),
        Err(login::Failure::Wrong) => Err(WRONG_PASSWORD.into()),
        Err(login::Failure::TooMany) => Err(TOO_MANY_ATTEMPTS.into()),
    }
}

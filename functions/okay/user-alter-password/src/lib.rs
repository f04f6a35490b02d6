//! `App.User.AlterPassword`: changes a member's password and ends every login (okayapi section 7.3).

use serde::Deserialize;
use shared::http::Network;
use shared::login::{self, Claim};
use shared::okay::user::TOO_MANY_ATTEMPTS;
use shared::okay::{Call, Done, Error, Failure, Login, Operation, Param, answer};
use shared::password;
use shared::store::member::{MAX_USERNAME, Member, Taken};
use shared::store::{Refusal, account};
use shared::{Ctx, example};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.AlterPassword",
    words: "changes a member's password and ends every login",
    professional: false,
    login: Login::Recognised,
    params: &[
        Param::text("username", "the name to log in with")
            .len(1, MAX_USERNAME)
            .required()
            .example(example::LEAVER),
        Param::text("old_password", "the MD5 of the password, 32 hex digits")
            .len(32, 32)
            .required()
            .example("8e6bb11746417b47897e5b5cf9f507ef"),
        Param::text("new_password", "the MD5 of the new one")
            .len(32, 32)
            .required()
            .example("62b2ee2d285f10ebbfbdf82bce7d9dda"),
    ],
    results: &[],
    failures: &[WRONG_PASSWORD, SAME_PASSWORD, TOO_MANY_ATTEMPTS],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const WRONG_PASSWORD: Failure = (1, "密码修改失败，原密码错误或账号不存在");
const SAME_PASSWORD: Failure = (2, "密码修改失败，不能与原来密码相同");

#[derive(Deserialize)]
struct Input {
    username: String,
    old_password: String,
    new_password: String,
}

async fn handle(ctx: &Ctx, call: Call) -> Result<Done, Error> {
    let input: Input = call.input()?;
    // A login need not be sent; strangers who name the member do not keep out whoever has one.
    let session = call.live_session(ctx).await?;
    let claim = Claim {
        username: &input.username,
        md5: &input.old_password,
        network: call.source_ip.map(Network::of),
        login: session.as_ref().zip(call.login().map(|(_, token)| token)),
    };
    loop {
        let old = match login::member(ctx, claim).await? {
            Ok(member) => member,
            Err(login::Failure::Unknown | login::Failure::Wrong) => {
                return Err(WRONG_PASSWORD.into());
            }
            Err(login::Failure::TooMany) => return Err(TOO_MANY_ATTEMPTS.into()),
        };
        if password::same(&input.new_password, &input.old_password) {
            return Err(SAME_PASSWORD.into());
        }
        let new = Member {
            password: Some(password::hash(ctx, &input.new_password)?),
            ..old.clone()
        };
        match account::replace_and_log_out(ctx, &old, &new).await {
            Ok(()) => return Ok(Done {}),
            // The member changed meanwhile, the password too perhaps: the names stay as they are.
            Err(Refusal::Condition(Taken::Changed)) => {}
            Err(Refusal::Condition(taken)) => {
                let cause = format!("{taken:?} is refused, which did not change");
                return Err(Error::Internal(shared::store::Error::new(cause)));
            }
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
    }
}

//! `App.User.AlterPassword` (okayapi section 7.3).

use weiquan::login::{self, Claim};
use weiquan::okay::user::TOO_MANY_ATTEMPTS;
use weiquan::okay::{Call, Done, Error, Failure, Input, Login, Operation, operation};
use weiquan::password;
use weiquan::{Ctx, example};
use weiquan_store::members::account;
use weiquan_store::members::member::MAX_USERNAME;
use weiquan_store::network::Network;

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Recognised,
    failures: &[WRONG_PASSWORD, SAME_PASSWORD, TOO_MANY_ATTEMPTS],
    ..operation!("App.User.AlterPassword", "changes a member's password and ends every login", Input => Done, handle)
};

const WRONG_PASSWORD: Failure = Failure::new(
    1,
    "密码修改失败，原密码错误或账号不存在",
    "no member has the name, the password is wrong, or the member is banned",
);
const SAME_PASSWORD: Failure = Failure::new(
    2,
    "密码修改失败，不能与原来密码相同",
    "the new password is the old one",
);

#[derive(Input)]
struct Input {
    /// The name to log in with.
    #[param(len = 1..=MAX_USERNAME, example = example::LEAVER)]
    username: String,
    /// The MD5 of the password, 32 hex digits.
    #[param(len = 32..=32, example = "8e6bb11746417b47897e5b5cf9f507ef")]
    old_password: String,
    /// The MD5 of the new password.
    #[param(len = 32..=32, example = "62b2ee2d285f10ebbfbdf82bce7d9dda")]
    new_password: String,
}

async fn handle(ctx: &Ctx, call: Call, input: Input) -> Result<Done, Error> {
    // A login is not required, but strangers who name the member cannot lock out a caller who has one.
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
        let new = password::hash(ctx, &input.new_password)?;
        // If the member was changed meanwhile, the password may be another one, too.
        if let Ok(()) = account::change_password(&ctx.store, &old, new).await? {
            return Ok(Done {});
        }
    }
}

//! `App.User.AlterPassword`: changes the caller's password and ends the other logins (okayapi section 7.3).

use serde::Deserialize;
use shared::Ctx;
use shared::okay::user::TOO_MANY_ATTEMPTS;
use shared::okay::{Call, Done, Error, Failure, Login, Operation, Param, answer};
use shared::password;
use shared::secret::sha256_hex;
use shared::store::attempts::{self, Source};
use shared::store::member::{self, Member, Taken};
use shared::store::{Consistency, Refusal, account};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.User.AlterPassword",
    words: "changes the caller's password and ends the other logins",
    professional: false,
    login: Login::Required,
    params: &[
        Param::text(
            "password",
            "the MD5 of the password, 32 lower-case hex digits",
        )
        .len(32, 32)
        .required()
        .example("ca6576364796264a4312a30713c93d48"),
        Param::text("new_password", "the MD5 of the new one")
            .len(32, 32)
            .required()
            .example("b32d73e56ec99bc5ec8f83871cde708a"),
    ],
    results: &[],
    failures: &[WRONG_PASSWORD, SAME_PASSWORD, TOO_MANY_ATTEMPTS],
    handle: |ctx, call| answer(handle(ctx, call)),
};

const WRONG_PASSWORD: Failure = (1, "密码修改失败，原密码错误或账号不存在");
const SAME_PASSWORD: Failure = (2, "密码修改失败，不能与原来密码相同");

#[derive(Deserialize)]
struct Input {
    token: String,
    password: String,
    new_password: String,
}

async fn handle(ctx: &Ctx, call: Call<'_>) -> Result<Done, Error> {
    let input: Input = call.input()?;
    let session = call.session(ctx).await?;
    // Strangers who name the member do not keep out whoever is logged in.
    let hash = sha256_hex(&input.token);
    let source = Source {
        network: None,
        login: Some(&hash),
    };
    loop {
        let old = member::by_uid(ctx, session.uid, Consistency::Strong).await?;
        let old = old.ok_or(WRONG_PASSWORD)?;
        let name = &old.username;
        let standing = attempts::standing(ctx, name, source).await?;
        let Some(attempt) = attempts::begin(ctx, name, source, standing).await? else {
            return Err(TOO_MANY_ATTEMPTS.into());
        };
        if !password::is(ctx, &input.password, old.password.as_deref())? {
            attempt.failed(ctx).await?;
            return Err(WRONG_PASSWORD.into());
        }
        attempt.succeeded(ctx).await?;
        if input.new_password == input.password {
            return Err(SAME_PASSWORD.into());
        }
        let new = Member {
            password: Some(password::hash(ctx, &input.new_password)?),
            ..old.clone()
        };
        match account::replace_and_log_out(ctx, &old, &new, Some(&input.token)).await {
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

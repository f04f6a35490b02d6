//! `admin session`.

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use jiff::SignedDuration;
use serde_json::json;
use weiquan::Ctx;
use weiquan_store::clients::SESSION_DAYS;
use weiquan_store::id::Uuid;
use weiquan_store::members::account::{self, Changed, NewLogin};
use weiquan_store::members::session::{self, Realm};

use crate::member;
use crate::output::Output;

#[derive(Subcommand)]
pub enum Command {
    /// Log a member in; the token is shown only once
    Create {
        /// The member's uid or username
        who: String,
        /// How long the session is valid, in days, 1 to 3650
        #[arg(long, default_value_t = SESSION_DAYS, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
    },
    /// Log a member out
    Revoke {
        /// The member's uuid
        uuid: String,
        /// The session's token
        token: String,
    },
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    match command {
        Command::Create { who, days } => {
            let member = member::find(ctx, &who).await?;
            if member.banned {
                bail!("the member is banned");
            }
            let token = session::new_token(&ctx.store);
            let end = ctx.now() + SignedDuration::from_hours(24 * i64::from(days));
            account::log_in(
                &ctx.store,
                &member,
                &NewLogin {
                    token: &token,
                    realm: Realm::Api,
                    expires_at: end,
                    keep_others: true,
                },
            )
            .await?
            .map_err(|Changed| anyhow!("the member changed meanwhile: try again"))?;
            Ok(Output::fields(json!({
                "uuid": member.uuid,
                "token": token,
                "ends": end.to_string(),
            })))
        }
        Command::Revoke { uuid, token } => {
            let (uuid, token) = (Uuid::new(uuid.to_uppercase()), token.to_uppercase());
            match session::revoke_exactly(&ctx.store, &uuid, &token).await? {
                true => Ok(Output::fields(json!({ "uuid": uuid, "revoked": true }))),
                false => bail!("there is no such session"),
            }
        }
    }
}

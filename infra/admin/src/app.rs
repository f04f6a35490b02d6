//! `admin app`.

use clap::{Args, Subcommand, ValueEnum};
use jiff::SignedDuration;
use serde_json::json;
use shared::Ctx;
use shared::secret::hex;
use shared::store::client::{self, App, Plan, SignMode, Status};
use shared::store::table::Written;
use shared::store::usage;

use crate::output::Output;
use crate::value::{Limit, Networks, sign_mode};

/// How long a new number of partitions waits, so that every process knows it before it counts.
const SHARDS_START: SignedDuration = SignedDuration::from_secs(120);

#[derive(Subcommand)]
pub enum Command {
    /// Make an app; its secret is shown now and never again
    Create {
        /// The key, 32 to 64 letters and digits; drawn by default
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Show an app's settings and this month's calls
    Show {
        /// The app's key
        key: String,
    },
    /// Change an app's settings
    Set {
        /// The app's key
        key: String,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Give an app a new secret, which is shown now and never again
    Rotate {
        /// The app's key
        key: String,
    },
    /// List the keys of all apps
    List,
}

#[derive(Args)]
pub struct Settings {
    /// How calls are signed: `dynamic` (a new app's), `off`, or `static=TEXT`
    #[arg(long, value_name = "MODE", value_parser = sign_mode)]
    sign: Option<SignMode>,
    /// The app's state
    #[arg(long)]
    status: Option<State>,
    /// `free` refuses the interface market's operations
    #[arg(long)]
    plan: Option<PlanName>,
    /// Only these addresses may call: addresses or networks with commas; "" lets all
    #[arg(long, value_name = "NETWORKS")]
    ip_allow: Option<Networks>,
    /// These addresses may not call; "" refuses none
    #[arg(long, value_name = "NETWORKS")]
    ip_deny: Option<Networks>,
    /// Calls a month, or `none`
    #[arg(long, value_name = "N")]
    monthly_quota: Option<Limit<u64>>,
    /// Calls in one second, 1 to 500, or `none`
    #[arg(long, value_name = "N")]
    per_second: Option<Limit<u32>>,
    /// Messages without login in one minute from one address, or `none`
    #[arg(long, value_name = "N")]
    anonymous_per_minute: Option<Limit<u32>>,
    /// How long a new login lives, in days, 1 to 3650
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    session_days: Option<u32>,
    /// Switch an operation off, by its full name; may be repeated
    #[arg(long, value_name = "OPERATION")]
    close: Vec<String>,
    /// Switch an operation on again; may be repeated
    #[arg(long, value_name = "OPERATION")]
    open: Vec<String>,
    /// Spread new moments and messages over so many partitions, 1 to 64; starts two minutes later
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    shards: Option<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
enum State {
    Active,
    Expired,
    Banned,
    SubAppFailure,
}

#[derive(Clone, Copy, ValueEnum)]
enum PlanName {
    Full,
    Free,
}

impl Settings {
    fn apply(&self, ctx: &Ctx, app: &mut App) -> Result<(), String> {
        if let Some(mode) = &self.sign {
            app.sign_mode = mode.clone();
        }
        if let Some(state) = self.status {
            app.status = match state {
                State::Active => Status::Active,
                State::Expired => Status::Expired,
                State::Banned => Status::Banned,
                State::SubAppFailure => Status::SubAppFailure,
            };
        }
        if let Some(plan) = self.plan {
            app.plan = match plan {
                PlanName::Full => Plan::Full,
                PlanName::Free => Plan::Free,
            };
        }
        if let Some(Networks(networks)) = &self.ip_allow {
            app.ip_allow.clone_from(networks);
        }
        if let Some(Networks(networks)) = &self.ip_deny {
            app.ip_deny.clone_from(networks);
        }
        if let Some(Limit(quota)) = self.monthly_quota {
            app.monthly_quota = quota;
        }
        if let Some(Limit(rate)) = self.per_second {
            if rate.is_some_and(|rate| !(1..=500).contains(&rate)) {
                return Err("--per-second takes 1 to 500, or `none`".to_owned());
            }
            app.per_second = rate;
        }
        if let Some(Limit(limit)) = self.anonymous_per_minute {
            app.anonymous_per_minute = limit;
        }
        app.session_days = self.session_days.unwrap_or(app.session_days);
        for name in self.close.iter().chain(&self.open) {
            if !front::OKAY.iter().any(|operation| operation.name == name) {
                return Err(format!("there is no operation {name}"));
            }
        }
        app.closed.extend(self.close.iter().cloned());
        app.closed.retain(|name| !self.open.contains(name));
        if let Some(count) = self.shards {
            let since = ctx.ids.next(ctx.now() + SHARDS_START);
            if !app.shards.spread(since, count) {
                return Err("an earlier --shards has not begun yet: wait two minutes".to_owned());
            }
        }
        Ok(())
    }
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output, String> {
    match command {
        Command::Create { key, settings } => create(ctx, key, &settings).await,
        Command::Show { key } => {
            let calls = usage::calls(ctx, &key).await.map_err(|e| e.to_string())?;
            show(&read(ctx, &key).await?, None, Some(calls))
        }
        Command::Set { key, settings } => {
            let mut app = read(ctx, &key).await?;
            settings.apply(ctx, &mut app)?;
            replace(ctx, &app).await?;
            show(&app, None, None)
        }
        Command::Rotate { key } => {
            let mut app = read(ctx, &key).await?;
            app.secret = new_secret(ctx);
            replace(ctx, &app).await?;
            show(&app, Some(&app.secret), None)
        }
        Command::List => client::app_keys(ctx)
            .await
            .map(Output::Lines)
            .map_err(|e| e.to_string()),
    }
}

async fn create(ctx: &Ctx, key: Option<String>, settings: &Settings) -> Result<Output, String> {
    let key = key.unwrap_or_else(|| hex(&ctx.ids.bytes::<16>()).to_uppercase());
    let fits = (32..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric());
    if !fits {
        return Err("--key takes 32 to 64 letters and digits".to_owned());
    }
    let mut app = App::new(&key, &new_secret(ctx), SignMode::Dynamic);
    settings.apply(ctx, &mut app)?;
    let written = client::create(ctx, &app.key, &app)
        .await
        .map_err(|e| e.to_string())?;
    if written == Written::Refused {
        return Err(format!("there is an app {} already", app.key));
    }
    show(&app, Some(&app.secret), None)
}

fn new_secret(ctx: &Ctx) -> String {
    hex(&ctx.ids.bytes::<20>())
}

pub async fn read(ctx: &Ctx, key: &str) -> Result<App, String> {
    client::read::<App>(ctx, key)
        .await
        .map_err(|e| e.to_string())?
        .ok_or_else(|| format!("there is no app {key}"))
}

async fn replace(ctx: &Ctx, app: &App) -> Result<(), String> {
    client::replace(ctx, &app.key, app)
        .await
        .map_err(|e| e.to_string())
}

fn show(app: &App, secret: Option<&str>, calls: Option<u64>) -> Result<Output, String> {
    let mut fields = json!({
        "app_key": app.key,
        "sign_mode": match &app.sign_mode {
            SignMode::Off => "off",
            SignMode::Dynamic => "dynamic",
            SignMode::Static(_) => "static",
        },
        "status": app.status,
        "plan": app.plan,
        "ip_allow": app.ip_allow,
        "ip_deny": app.ip_deny,
        "monthly_quota": app.monthly_quota,
        "per_second": app.per_second,
        "anonymous_per_minute": app.anonymous_per_minute,
        "session_days": app.session_days,
        "closed": app.closed,
        "shards": app.shards.all().end,
    });
    if let Some(fields) = fields.as_object_mut() {
        if let Some(secret) = secret {
            fields.insert("app_secrect".to_owned(), json!(secret));
        }
        if let Some(calls) = calls {
            fields.insert("calls_this_month".to_owned(), json!(calls));
        }
    }
    Ok(Output::fields(fields))
}

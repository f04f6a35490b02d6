//! `admin app`.

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use weiquan::Ctx;
use weiquan_store::clients::{self, App, CrossOrigin, Plan, SignMode, Status};
use weiquan_store::clients::{sequence, usage};
use weiquan_store::digest::hex;
use weiquan_store::id::AppKey;
use weiquan_store::table::Written;

use crate::output::Output;
use crate::value::{self, Limit, List, Networks, sign_mode};

/// How long after the change a new number of partitions, or another kind of ids, takes effect: every process must know
/// of it by then.
const START: SignedDuration = SignedDuration::from_secs(120);
/// How many ids are left until a new number of partitions takes effect: more than a counter gives out until then.
const GAP: u64 = 200_000;

#[derive(Subcommand)]
pub enum Command {
    /// Create an app; its secret is shown only once
    Create {
        /// The key, 32 to 64 letters and digits; a random one by default
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        secret: Secret,
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
    /// Give an app a new secret, which is shown only once
    Rotate {
        /// The app's key
        key: String,
        #[command(flatten)]
        secret: Secret,
    },
    /// List the keys of all apps
    List,
}

impl Command {
    pub fn only_reads(&self) -> bool {
        matches!(self, Self::Show { .. } | Self::List)
    }
}

#[derive(Args)]
pub struct Secret {
    /// The secret that clients already use; a random one by default. `@FILE` reads it from a file, `-` from standard
    /// input
    #[arg(long, value_parser = value::secret)]
    secret: Option<String>,
    /// Accept the secret even if it can be guessed
    #[arg(long)]
    force: bool,
}

impl Secret {
    /// The given secret, or else a new one.
    fn or_new(self, ctx: &Ctx) -> Result<String> {
        let Some(secret) = self.secret else {
            return Ok(new_secret(ctx));
        };
        value::strong("--secret", &secret, self.force)?;
        Ok(secret)
    }
}

#[derive(Args)]
pub struct Settings {
    /// How calls are signed: `dynamic` (the default for a new app), `off`, or `static=TEXT`
    #[arg(long, value_name = "MODE", value_parser = sign_mode)]
    sign: Option<SignMode>,
    /// The app's state
    #[arg(long)]
    status: Option<State>,
    /// The app's plan; `free` refuses the operations of the interface market
    #[arg(long)]
    plan: Option<PlanName>,
    /// Addresses or networks that may call, separated by commas, or the option repeated; "" allows all
    #[arg(long, value_name = "NETWORKS")]
    ip_allow: Vec<Networks>,
    /// Addresses or networks that may not call; "" refuses none
    #[arg(long, value_name = "NETWORKS")]
    ip_deny: Vec<Networks>,
    /// Calls per month, or `none`
    #[arg(long, value_name = "N")]
    monthly_quota: Option<Limit<u64>>,
    /// Calls per second, 1 to 500, or `none`
    #[arg(long, value_name = "N")]
    per_second: Option<Limit<u32>>,
    /// Messages without a login per minute from one address, or `none`
    #[arg(long, value_name = "N")]
    anonymous_per_minute: Option<Limit<u32>>,
    /// How long a new login is valid, in days, 1 to 3650
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    session_days: Option<u32>,
    /// One login per member: every login ends the earlier ones, whatever the client asks for
    #[arg(long, value_name = "WHETHER")]
    single_login: Option<bool>,
    /// Answers that pages of other origins may read: `always` all (the default for a new app), `flag` those to calls
    /// with `yesapi_allow_origin=1`
    #[arg(long, value_name = "WHEN")]
    cross_origin: Option<Origins>,
    /// Operations to switch off, by full name, separated by commas, or the option repeated
    #[arg(long, value_name = "OPERATIONS")]
    close: Vec<List>,
    /// Operations to switch on again
    #[arg(long, value_name = "OPERATIONS")]
    open: Vec<List>,
    /// `time`: derive ids of messages and moments from the time, for apps that post more than about 1,000 a second, the
    /// most that one counter gives; takes effect after two minutes and cannot be undone
    #[arg(long, value_name = "KIND")]
    ids: Option<IdKind>,
    /// The number of partitions for new moments and messages, 1 to 64; takes effect after two minutes and can only grow
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

#[derive(Clone, Copy, ValueEnum)]
enum IdKind {
    Time,
}

/// What is known about an app's ids.
struct Ids {
    /// When a change to ids or partitions may take effect.
    starts: Timestamp,
    /// The last id given out.
    last: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Origins {
    Always,
    Flag,
}

impl From<State> for Status {
    fn from(state: State) -> Self {
        match state {
            State::Active => Self::Active,
            State::Expired => Self::Expired,
            State::Banned => Self::Banned,
            State::SubAppFailure => Self::SubAppFailure,
        }
    }
}

impl From<PlanName> for Plan {
    fn from(name: PlanName) -> Self {
        match name {
            PlanName::Full => Self::Full,
            PlanName::Free => Self::Free,
        }
    }
}

impl From<Origins> for CrossOrigin {
    fn from(origins: Origins) -> Self {
        match origins {
            Origins::Always => Self::Always,
            Origins::Flag => Self::Flag,
        }
    }
}

impl Settings {
    fn apply(&self, ctx: &Ctx, app: &mut App, ids: &Ids) -> Result<()> {
        if let Some(mode) = &self.sign {
            app.sign_mode = mode.clone();
        }
        app.status = self.status.map_or(app.status, Status::from);
        app.plan = self.plan.map_or(app.plan, Plan::from);
        app.cross_origin = self
            .cross_origin
            .map_or(app.cross_origin, CrossOrigin::from);
        if let Some(networks) = Networks::all(&self.ip_allow) {
            app.ip_allow = networks;
        }
        if let Some(networks) = Networks::all(&self.ip_deny) {
            app.ip_deny = networks;
        }
        self.apply_limits(app)?;
        self.apply_operations(app)?;
        if let Some(IdKind::Time) = self.ids
            && app.time_ids_from.is_none()
        {
            app.time_ids_from = Some(ids.starts.as_second());
        }
        match self.shards {
            Some(count) => spread(ctx, app, ids, count),
            None => Ok(()),
        }
    }

    /// Numbers of calls, and everything about logins.
    fn apply_limits(&self, app: &mut App) -> Result<()> {
        if let Some(Limit(quota)) = self.monthly_quota {
            app.monthly_quota = quota;
        }
        if let Some(Limit(rate)) = self.per_second {
            app.per_second = value::per_second(rate)?;
        }
        if let Some(Limit(limit)) = self.anonymous_per_minute {
            app.anonymous_per_minute = limit;
        }
        app.session_days = self.session_days.unwrap_or(app.session_days);
        app.single_login = self.single_login.unwrap_or(app.single_login);
        Ok(())
    }

    /// Switches operations off and on.
    fn apply_operations(&self, app: &mut App) -> Result<()> {
        let operations: Vec<&str> = front::OKAY.iter().map(|op| op.name).collect();
        let known =
            |names: &[List]| value::known(List::all(names).unwrap_or_default(), &operations);
        let (close, open) = (known(&self.close)?, known(&self.open)?);
        app.closed.extend(close);
        app.closed.retain(|name| !open.contains(name));
        Ok(())
    }
}

/// Spreads an app's new moments and messages over `count` partitions.
fn spread(ctx: &Ctx, app: &mut App, ids: &Ids, count: u32) -> Result<()> {
    let has = app.shards.all().end;
    if count == has {
        return Ok(());
    }
    ensure!(
        count > has,
        "--shards only grows: the app's lists are spread over {has} partitions, which are read as long as they \
         hold something"
    );
    let is_spread = if app.has_time_ids(ids.starts) {
        app.shards.spread(ctx.store.ids().next(ids.starts), count)
    } else {
        let since = match ids.last.max(app.shards.newest()) {
            // The app is new.
            0 => 1,
            last => last + GAP,
        };
        ensure!(
            since <= sequence::LAST,
            "the counter of ids is nearly at its end: say --ids time"
        );
        app.shards.spread_at(since, count, ids.starts)
    };
    ensure!(
        is_spread,
        "an earlier --shards has not begun yet: wait two minutes"
    );
    Ok(())
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    match command {
        Command::Create {
            key,
            secret,
            settings,
        } => create(ctx, key, secret, &settings).await,
        Command::Show { key } => {
            let calls = usage::calls(&ctx.store, &key.as_str().into()).await?;
            Ok(show(&read(ctx, &key).await?, None, Some(calls)))
        }
        Command::Set { key, settings } => {
            let mut app = read(ctx, &key).await?;
            let ids = Ids {
                starts: ctx.now() + START,
                // For a minute, processes may post as if nothing had changed.
                last: sequence::last(&ctx.store, &app.key).await?.max(1),
            };
            settings.apply(ctx, &mut app, &ids)?;
            clients::replace(&ctx.store, &app).await?;
            Ok(show(&app, None, None))
        }
        Command::Rotate { key, secret } => {
            let mut app = read(ctx, &key).await?;
            app.secret = secret.or_new(ctx)?;
            clients::replace(&ctx.store, &app).await?;
            Ok(show(&app, Some(&app.secret), None))
        }
        Command::List => {
            let keys = clients::app_keys(&ctx.store).await?;
            Ok(Output::Lines(keys.iter().map(AppKey::to_string).collect()))
        }
    }
}

async fn create(
    ctx: &Ctx,
    key: Option<String>,
    secret: Secret,
    settings: &Settings,
) -> Result<Output> {
    let key = key.unwrap_or_else(|| new_key(ctx));
    let fits = (32..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric());
    ensure!(fits, "--key takes 32 to 64 letters and digits");
    let mut app = App::new(key.into(), &secret.or_new(ctx)?, SignMode::Dynamic);
    let ids = Ids {
        starts: ctx.now(),
        last: 0,
    };
    settings.apply(ctx, &mut app, &ids)?;
    match clients::create(&ctx.store, &app).await? {
        Written::Yes => Ok(show(&app, Some(&app.secret), None)),
        Written::Refused => bail!("there is an app {} already", app.key),
    }
}

/// An app with a new key and secret.
pub fn new(ctx: &Ctx) -> App {
    App::new(new_key(ctx).into(), &new_secret(ctx), SignMode::Dynamic)
}

fn new_key(ctx: &Ctx) -> String {
    hex(&ctx.store.ids().bytes::<16>()).to_uppercase()
}

fn new_secret(ctx: &Ctx) -> String {
    hex(&ctx.store.ids().bytes::<20>())
}

pub async fn read(ctx: &Ctx, key: &str) -> Result<App> {
    let app = clients::read::<App>(&ctx.store, key).await?;
    app.with_context(|| format!("there is no app {key}"))
}

fn show(app: &App, secret: Option<&str>, calls: Option<u64>) -> Output {
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
        "single_login": app.single_login,
        "cross_origin": app.cross_origin,
        "closed": app.closed,
        "ids": match app.time_ids_from {
            Some(_) => "time",
            None => "counted",
        },
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
    Output::fields(fields)
}

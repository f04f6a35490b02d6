//! `admin qzone`.

use std::collections::BTreeSet;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::{Args, Subcommand};
use serde_json::json;
use weiquan::Ctx;
use weiquan_store::clients::{self, Consumer, Secrets};
use weiquan_store::id::{ConsumerKey, Openid};
use weiquan_store::oauth::import::{self, Given, Refused};
use weiquan_store::oauth::token;
use weiquan_store::table::Written;

use crate::member::find;
use crate::output::Output;
use crate::value::{self, Limit, List};

#[derive(Subcommand)]
pub enum Command {
    /// Consumers: the sites that call
    #[command(subcommand)]
    App(AppCommand),
    /// Let a consumer act for a member, with its present token, a given one, or a new one; prints what is allowed
    Grant {
        /// The consumer's key
        key: String,
        /// The member's uid or username
        who: String,
        /// The operations to allow, separated by commas, or the option repeated; by default what the member has already
        /// allowed, or else `add_feeds`
        #[arg(long, value_name = "OPERATIONS")]
        allow: Vec<List>,
        #[command(flatten)]
        given: GivenArguments,
    },
    /// Revoke a token
    Revoke {
        /// The token
        token: String,
    },
}

/// Values that clients already use. `@FILE` reads a value from a file, `-` a line of standard input.
#[derive(Args)]
pub struct GivenArguments {
    /// The token that clients already use, letters and digits; `@FILE` or `-`
    #[arg(long, value_parser = value::secret)]
    token: Option<String>,
    /// The token's secret; `@FILE` or `-`
    #[arg(long, value_parser = value::secret)]
    token_secret: Option<String>,
    /// The openid by which the site knows the member, 32 hex digits; `@FILE` or `-`
    #[arg(long, value_parser = value::secret)]
    openid: Option<String>,
    /// Accept values that can be guessed
    #[arg(long)]
    force: bool,
}

impl GivenArguments {
    fn checked(self) -> Result<Given> {
        const MAX: usize = 128;
        let is_token = |text: &str| {
            text.len() <= MAX && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if let Some(token) = &self.token {
            ensure!(
                is_token(token),
                "--token takes up to {MAX} letters and digits"
            );
            value::strong("--token", token, self.force)?;
        }
        if let Some(secret) = &self.token_secret {
            value::strong("--token-secret", secret, self.force)?;
        }
        if let Some(openid) = &self.openid {
            if openid.len() != 32 || !openid.bytes().all(|b| b.is_ascii_hexdigit()) {
                bail!("--openid takes 32 hex digits");
            }
            value::strong("--openid", openid, self.force)?;
        }
        Ok(Given {
            token: self.token,
            secret: self.token_secret,
            openid: self.openid.map(Openid::new),
        })
    }
}

#[derive(Args)]
pub struct Appkey {
    /// The secret that clients already use; a random one by default for a new consumer. `@FILE` reads it from a file,
    /// `-` from standard input
    #[arg(long, value_parser = value::secret)]
    appkey: Option<String>,
    /// Accept the appkey even if it can be guessed
    #[arg(long)]
    force: bool,
}

impl Appkey {
    fn checked(self) -> Result<Option<String>> {
        if let Some(appkey) = &self.appkey {
            value::strong("--appkey", appkey, self.force)?;
        }
        Ok(self.appkey)
    }
}

#[derive(Subcommand)]
pub enum AppCommand {
    /// Create a consumer; its secret is shown only once
    Create {
        /// The key, 4 to 20 digits; a random one by default
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        appkey: Appkey,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// List the keys of all consumers
    List,
    /// Show a consumer's settings
    Show {
        /// The consumer's key
        key: String,
    },
    /// Change a consumer's settings
    Set {
        /// The consumer's key
        key: String,
        #[command(flatten)]
        appkey: Appkey,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

impl Command {
    pub fn only_reads(&self) -> bool {
        matches!(self, Self::App(AppCommand::Show { .. } | AppCommand::List))
    }
}

#[derive(Args)]
pub struct Settings {
    /// The name that feeds show as their source
    #[arg(long)]
    name: Option<String>,
    /// The base URLs that clients sign, such as http://openapi.qzone.qq.com, separated by commas, or the option
    /// repeated; "" for the address that the gateway sees
    #[arg(long, value_name = "URLS")]
    base_urls: Vec<List>,
    /// The `document.domain` of the callback page; "" omits the line
    #[arg(long)]
    domain: Option<String>,
    /// Also accept signatures over values encoded as Java, Python 2 and JavaScript do; on by default
    #[arg(long)]
    form_signature: Option<bool>,
    /// Also accept https links
    #[arg(long)]
    https_links: Option<bool>,
    /// The operations that the consumer may call, separated by commas, or the option repeated
    #[arg(long, value_name = "OPERATIONS")]
    allow: Vec<List>,
    /// The domains, with their subdomains, to which members are sent back, separated by commas, or the option repeated
    #[arg(long, value_name = "DOMAINS")]
    callback_domains: Vec<List>,
    /// Calls per second, 1 to 500, or `none`
    #[arg(long, value_name = "N")]
    per_second: Option<Limit<u32>>,
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    match command {
        Command::App(AppCommand::Create {
            key,
            appkey,
            settings,
        }) => create(ctx, key, appkey, *settings).await,
        Command::App(AppCommand::List) => {
            let keys = clients::consumer_keys(&ctx.store).await?;
            Ok(Output::Lines(
                keys.iter().map(ConsumerKey::to_string).collect(),
            ))
        }
        Command::App(AppCommand::Show { key }) => Ok(show(&read(ctx, &key).await?, None)),
        Command::App(AppCommand::Set {
            key,
            appkey,
            settings,
        }) => {
            let mut consumer = read(ctx, &key).await?;
            settings.apply(&mut consumer)?;
            let appkey = appkey.checked()?;
            consumer.secret = appkey.clone().unwrap_or(consumer.secret);
            clients::replace(&ctx.store, &consumer).await?;
            Ok(show(&consumer, appkey.as_deref()))
        }
        Command::Grant {
            key,
            who,
            allow,
            given,
        } => grant(ctx, &key, &who, List::all(&allow), given.checked()?).await,
        Command::Revoke { token } => match token::revoke(&ctx.store, &token).await? {
            true => Ok(Output::fields(json!({ "token": token, "revoked": true }))),
            false => bail!("there is no such token"),
        },
    }
}

impl Settings {
    fn apply(self, consumer: &mut Consumer) -> Result<()> {
        if let Some(urls) = List::all(&self.base_urls) {
            consumer.base_urls = urls
                .iter()
                .map(|url| base_url(url))
                .collect::<Result<_>>()?;
        }
        if let Some(domain) = self.domain {
            ensure!(is_host(&domain), "--domain takes a host name");
            consumer.domain = Some(domain);
        }
        if let Some(names) = List::all(&self.allow) {
            consumer.allowed = known(names)?;
        }
        if let Some(domains) = List::all(&self.callback_domains) {
            ensure!(
                domains.iter().all(|domain| is_host(domain)),
                "--callback-domains takes host names"
            );
            consumer.callback_domains = domains.iter().map(|d| d.to_ascii_lowercase()).collect();
        }
        if let Some(Limit(rate)) = self.per_second {
            consumer.per_second = value::per_second(rate)?;
        }
        consumer.name = self
            .name
            .unwrap_or_else(|| std::mem::take(&mut consumer.name));
        consumer.form_signature = self.form_signature.unwrap_or(consumer.form_signature);
        consumer.https_links = self.https_links.unwrap_or(consumer.https_links);
        Ok(())
    }
}

fn is_host(name: &str) -> bool {
    !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

fn base_url(url: &str) -> Result<String> {
    let url = url.trim_end_matches('/');
    let host = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => {
            Ok(url.to_ascii_lowercase())
        }
        _ => bail!("{url} is no base URL: scheme and host, nothing else"),
    }
}

/// The operations that act for members.
fn for_members() -> impl Iterator<Item = &'static str> {
    let all = front::QZONE.iter().filter(|op| op.is_for_members());
    all.map(|op| op.name)
}

fn known(names: BTreeSet<String>) -> Result<BTreeSet<String>> {
    value::known(names, &for_members().collect::<Vec<_>>())
}

async fn create(
    ctx: &Ctx,
    key: Option<String>,
    appkey: Appkey,
    settings: Settings,
) -> Result<Output> {
    let mut consumer = new(ctx);
    if let Some(key) = key {
        if !(4..=20).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_digit()) {
            bail!("--key takes 4 to 20 digits");
        }
        consumer.key = key.into();
    }
    consumer.secret = appkey.checked()?.unwrap_or(consumer.secret);
    settings.apply(&mut consumer)?;
    match clients::create(&ctx.store, &consumer).await? {
        Written::Yes => Ok(show(&consumer, Some(&consumer.secret))),
        Written::Refused => bail!("there is a consumer {} already", consumer.key),
    }
}

/// A consumer with a new key and secret. It may call every operation.
pub fn new(ctx: &Ctx) -> Consumer {
    let drawn = u32::from_le_bytes(ctx.store.ids().bytes());
    let key = 100_000_000 + u64::from(drawn);
    let secrets = Secrets {
        secret: &token::new_secret::<32>(&ctx.store),
        openid_salt: &token::new_secret::<32>(&ctx.store),
    };
    let allowed: Vec<_> = for_members().collect();
    Consumer::new(key.to_string().into(), secrets, &allowed)
}

async fn read(ctx: &Ctx, key: &str) -> Result<Consumer> {
    let consumer = clients::read::<Consumer>(&ctx.store, key).await?;
    consumer.with_context(|| format!("there is no consumer {key}"))
}

async fn grant(
    ctx: &Ctx,
    key: &str,
    who: &str,
    allowed: Option<BTreeSet<String>>,
    given: Given,
) -> Result<Output> {
    let allowed = allowed.map(known).transpose()?;
    let consumer = read(ctx, key).await?;
    let member = find(ctx, who).await?;
    let granted = import::grant(&ctx.store, &consumer, &member, given, allowed).await?;
    let token = granted.map_err(|refused| {
        anyhow!(match refused {
            Refused::Token => "the token is another consumer's or member's",
            Refused::Openid => "the openid is another member's",
            Refused::Banned => "the member is banned",
            Refused::Changed => {
                "the member, or what the member allowed, changed meanwhile: try again"
            }
        })
    })?;
    Ok(Output::fields(json!({
        "oauth_consumer_key": token.consumer,
        "oauth_token": token.token,
        "oauth_token_secret": token.secret,
        "openid": token.openid,
        "allowed": token.allowed,
    })))
}

fn show(consumer: &Consumer, secret: Option<&str>) -> Output {
    let mut fields = json!({
        "oauth_consumer_key": consumer.key,
        "name": consumer.name,
        "base_urls": consumer.base_urls,
        "domain": consumer.domain,
        "form_signature": consumer.form_signature,
        "https_links": consumer.https_links,
        "allowed": consumer.allowed,
        "callback_domains": consumer.callback_domains,
        "per_second": consumer.per_second,
    });
    if let (Some(fields), Some(secret)) = (fields.as_object_mut(), secret) {
        fields.insert("appkey".to_owned(), json!(secret));
    }
    Output::fields(fields)
}

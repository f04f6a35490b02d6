//! `admin qzone`.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use serde_json::json;
use shared::Ctx;
use shared::store::client::{self, Consumer};
use shared::store::oauth;
use shared::store::table::Written;

use crate::member::find;
use crate::output::Output;
use crate::value::{Limit, List};

#[derive(Subcommand)]
pub enum Command {
    /// Consumers: the sites that call
    #[command(subcommand)]
    App(AppCommand),
    /// Let a consumer act for a member: the token that it has, or a new one
    Grant {
        /// The consumer's key
        key: String,
        /// The member's uid or username
        who: String,
        /// The operations that are allowed, with commas
        #[arg(long, default_value = "add_feeds")]
        allow: List,
    },
    /// Take a token back
    Revoke {
        /// The token
        token: String,
    },
}

#[derive(Subcommand)]
pub enum AppCommand {
    /// Make a consumer; its secret is shown now and never again
    Create {
        /// The key, 4 to 20 digits; drawn by default
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
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
        settings: Box<Settings>,
    },
}

#[derive(Args)]
pub struct Settings {
    /// The name that feeds show as their source
    #[arg(long)]
    name: Option<String>,
    /// The base URLs under which clients sign, such as http://openapi.qzone.qq.com, with commas; ""
    /// takes the address that the gateway sees
    #[arg(long, value_name = "URLS")]
    base_urls: Option<List>,
    /// `document.domain` of the callback page; "" leaves the line out
    #[arg(long)]
    domain: Option<String>,
    /// Also accept signatures over form-encoded values, as Java clients make them
    #[arg(long)]
    form_signature: Option<bool>,
    /// Also accept https links
    #[arg(long)]
    https_links: Option<bool>,
    /// The operations that it may call, with commas
    #[arg(long)]
    allow: Option<List>,
    /// The domains to which members are sent back, with commas; their subdomains too
    #[arg(long, value_name = "DOMAINS")]
    callback_domains: Option<List>,
    /// Calls in one second, 1 to 500, or `none`
    #[arg(long, value_name = "N")]
    per_second: Option<Limit<u32>>,
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output, String> {
    match command {
        Command::App(AppCommand::Create { key, settings }) => create(ctx, key, *settings).await,
        Command::App(AppCommand::Show { key }) => Ok(show(&read(ctx, &key).await?, None)),
        Command::App(AppCommand::Set { key, settings }) => {
            let mut consumer = read(ctx, &key).await?;
            settings.apply(&mut consumer)?;
            client::replace(ctx, &key, &consumer)
                .await
                .map_err(|e| e.to_string())?;
            Ok(show(&consumer, None))
        }
        Command::Grant { key, who, allow } => grant(ctx, &key, &who, allow.0).await,
        Command::Revoke { token } => {
            if oauth::revoke(ctx, &token)
                .await
                .map_err(|e| e.to_string())?
            {
                Ok(Output::fields(json!({ "token": token, "revoked": true })))
            } else {
                Err("there is no such token".to_owned())
            }
        }
    }
}

impl Settings {
    fn apply(self, consumer: &mut Consumer) -> Result<(), String> {
        if let Some(List(urls)) = self.base_urls {
            consumer.base_urls = urls
                .iter()
                .map(|url| base_url(url))
                .collect::<Result<_, _>>()?;
        }
        if let Some(domain) = self.domain {
            if !is_host(&domain) {
                return Err("--domain takes a host name".to_owned());
            }
            consumer.domain = Some(domain);
        }
        if let Some(List(names)) = self.allow {
            known(&names)?;
            consumer.allowed = names;
        }
        if let Some(List(domains)) = self.callback_domains {
            if !domains.iter().all(|domain| is_host(domain)) {
                return Err("--callback-domains takes host names".to_owned());
            }
            consumer.callback_domains = domains.iter().map(|d| d.to_ascii_lowercase()).collect();
        }
        if let Some(Limit(rate)) = self.per_second {
            if rate.is_some_and(|rate| !(1..=500).contains(&rate)) {
                return Err("--per-second takes 1 to 500, or `none`".to_owned());
            }
            consumer.per_second = rate;
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

fn base_url(url: &str) -> Result<String, String> {
    let url = url.trim_end_matches('/');
    let host = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => {
            Ok(url.to_ascii_lowercase())
        }
        _ => Err(format!(
            "{url} is no base URL: scheme and host, nothing else"
        )),
    }
}

/// The operations that act for members.
fn for_members() -> impl Iterator<Item = &'static str> {
    let all = front::QZONE.iter().filter(|op| op.is_for_members());
    all.map(|op| op.name)
}

fn known(names: &BTreeSet<String>) -> Result<(), String> {
    match names
        .iter()
        .find(|name| !for_members().any(|own| own == *name))
    {
        Some(name) => Err(format!("there is no operation {name}")),
        None => Ok(()),
    }
}

async fn create(ctx: &Ctx, key: Option<String>, settings: Settings) -> Result<Output, String> {
    let key = key.unwrap_or_else(|| {
        let drawn = u32::from_le_bytes(ctx.ids.bytes());
        format!("{}", 100_000_000 + u64::from(drawn))
    });
    if !(4..=20).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_digit()) {
        return Err("--key takes 4 to 20 digits".to_owned());
    }
    let allowed: Vec<_> = for_members().collect();
    let (secret, salt) = (oauth::new_secret::<32>(ctx), oauth::new_secret::<32>(ctx));
    let mut consumer = Consumer::new(&key, &secret, &salt, &allowed);
    settings.apply(&mut consumer)?;
    let written = client::create(ctx, &key, &consumer)
        .await
        .map_err(|e| e.to_string())?;
    if written == Written::Refused {
        return Err(format!("there is a consumer {key} already"));
    }
    Ok(show(&consumer, Some(&consumer.secret)))
}

async fn read(ctx: &Ctx, key: &str) -> Result<Consumer, String> {
    client::read::<Consumer>(ctx, key)
        .await
        .map_err(|e| e.to_string())?
        .ok_or_else(|| format!("there is no consumer {key}"))
}

async fn grant(
    ctx: &Ctx,
    key: &str,
    who: &str,
    allowed: BTreeSet<String>,
) -> Result<Output, String> {
    known(&allowed)?;
    let consumer = read(ctx, key).await?;
    let member = find(ctx, who).await?;
    let token = oauth::token_for(ctx, &consumer, &member, allowed)
        .await
        .map_err(|e| e.to_string())?;
    oauth::grant(ctx, &token).await.map_err(|e| e.to_string())?;
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

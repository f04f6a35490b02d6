//! `admin xweibo`.

use clap::{Args, Subcommand};
use serde_json::json;
use shared::Ctx;
use shared::store::client::{self, Site};
use shared::store::member;
use shared::store::table::Written;

use crate::member::{find, refused};
use crate::output::Output;
use crate::value::{Base, Limit, List, Networks};

/// A site has one record; its name is not used.
const ANY: &str = "";

#[derive(Subcommand)]
pub enum Command {
    /// Set the site up, or change its settings
    Set(Box<Settings>),
    /// Show the site's settings
    Show,
    /// Bind a user of the partner site to a member
    Bind {
        /// The user's uid on the partner site (`api_uid`)
        site_uid: String,
        /// The member's uid or username
        who: String,
    },
}

#[derive(Args)]
pub struct Settings {
    /// The weibo app's App Key
    #[arg(long)]
    akey: Option<String>,
    /// The weibo app's App Secret
    #[arg(long)]
    skey: Option<String>,
    /// The agreed extra secret; "" for none
    #[arg(long)]
    api_key: Option<String>,
    /// Only these addresses may call: addresses or networks with commas; "" lets all
    #[arg(long, value_name = "NETWORKS")]
    ip_allow: Option<Networks>,
    /// Operations that anonymous callers may use, with commas
    #[arg(long, value_name = "OPERATIONS")]
    allow_anonymous: Option<List>,
    /// Operations that run as the default member for callers who are not bound
    #[arg(long, value_name = "OPERATIONS")]
    allow_others: Option<List>,
    /// The default member: uid or username
    #[arg(long, value_name = "WHO")]
    default_member: Option<String>,
    /// Words that no text may hold, with commas
    #[arg(long)]
    words: Option<List>,
    /// How many seconds old `api_time` may be; `none` lets every old time pass
    #[arg(long, value_name = "SECONDS")]
    past: Option<Limit<u32>>,
    /// How many seconds ahead `api_time` may be
    #[arg(long, value_name = "SECONDS")]
    future: Option<u32>,
    /// The client's name that weibos show (`s`)
    #[arg(long)]
    source: Option<String>,
    /// What stands before the ids of short links, such as http://t.cn; "" for the address that a caller uses
    #[arg(long, value_name = "ADDRESS")]
    short_links: Option<Base>,
    /// Where the site's own pages are, to which names and topics in comments lead; "" for where the
    /// comment is shown
    #[arg(long, value_name = "ADDRESS")]
    pages: Option<Base>,
    /// Authors with more fans than this are merged into homes when these are read
    #[arg(long, value_name = "FANS")]
    merge_above: Option<u64>,
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output, String> {
    match command {
        Command::Set(settings) => {
            let old = client::read::<Site>(ctx, ANY)
                .await
                .map_err(|e| e.to_string())?;
            let is_new = old.is_none();
            let site = apply(ctx, *settings, old).await?;
            let stored = match is_new {
                true => client::create(ctx, ANY, &site).await,
                false => client::replace(ctx, ANY, &site)
                    .await
                    .map(|()| Written::Yes),
            };
            match stored.map_err(|e| e.to_string())? {
                Written::Yes => Ok(show(&site)),
                Written::Refused => {
                    Err("somebody else set the site up meanwhile: try again".to_owned())
                }
            }
        }
        Command::Show => client::read::<Site>(ctx, ANY)
            .await
            .map_err(|e| e.to_string())?
            .map(|site| show(&site))
            .ok_or_else(|| "the site is not set up: use `xweibo set`".to_owned()),
        Command::Bind { site_uid, who } => {
            if site_uid.is_empty() {
                return Err("a user of the partner site has a uid".to_owned());
            }
            let old = find(ctx, &who).await?;
            let mut new = old.clone();
            new.site_uid = Some(site_uid);
            member::replace(ctx, &old, &new).await.map_err(refused)?;
            Ok(Output::fields(
                json!({ "uid": new.uid, "site_uid": new.site_uid }),
            ))
        }
    }
}

async fn apply(ctx: &Ctx, settings: Settings, site: Option<Site>) -> Result<Site, String> {
    let is_empty = |key: &Option<String>| key.as_deref() == Some("");
    if is_empty(&settings.akey) || is_empty(&settings.skey) {
        return Err(
            "--akey and --skey take a text: without a secret anybody could sign".to_owned(),
        );
    }
    let mut site = match (site, &settings.akey, &settings.skey) {
        (Some(site), _, _) => site,
        (None, Some(akey), Some(skey)) => Site::new(akey, skey),
        _ => return Err("a new site needs --akey and --skey".to_owned()),
    };
    for List(names) in [&settings.allow_anonymous, &settings.allow_others]
        .into_iter()
        .flatten()
    {
        for name in names {
            if !front::XWEIBO.iter().any(|operation| operation.name == name) {
                return Err(format!("there is no operation {name}"));
            }
        }
    }
    if let Some(who) = &settings.default_member {
        site.default_member = Some(find(ctx, who).await?.uid);
    }
    site.akey = settings.akey.unwrap_or(site.akey);
    site.skey = settings.skey.unwrap_or(site.skey);
    site.api_key = settings.api_key.unwrap_or(site.api_key);
    site.ip_allow = settings.ip_allow.map_or(site.ip_allow, |list| list.0);
    site.allow_anonymous = settings
        .allow_anonymous
        .map_or(site.allow_anonymous, |list| list.0);
    site.allow_others = settings
        .allow_others
        .map_or(site.allow_others, |list| list.0);
    site.words = settings.words.map_or(site.words, |list| list.0);
    site.window.past = settings.past.map_or(site.window.past, |limit| limit.0);
    site.window.future = settings.future.unwrap_or(site.window.future);
    site.source = settings.source.unwrap_or(site.source);
    site.short_links = settings.short_links.map_or(site.short_links, |base| base.0);
    if let Some(Base(base)) = settings.pages {
        site.pages = base.map(|base| base + "/");
    }
    site.merge_above = settings.merge_above.unwrap_or(site.merge_above);
    Ok(site)
}

fn show(site: &Site) -> Output {
    Output::fields(json!({
        "akey": site.akey,
        "extra_secret": !site.api_key.is_empty(),
        "ip_allow": site.ip_allow,
        "allow_anonymous": site.allow_anonymous,
        "allow_others": site.allow_others,
        "default_member": site.default_member,
        "words": site.words,
        "past_seconds": site.window.past,
        "future_seconds": site.window.future,
        "source": site.source,
        "short_links": site.short_links,
        "pages": site.pages,
        "merge_above": site.merge_above,
    }))
}

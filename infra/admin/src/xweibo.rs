//! `admin xweibo`.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};
use clap::{Args, Subcommand};
use serde_json::json;
use weiquan::Ctx;
use weiquan_store::clients::emotions;
use weiquan_store::clients::{self, Site};
use weiquan_store::id::SiteKey;
use weiquan_store::members::member;
use weiquan_store::table::Written;

use crate::member::{find, refused};
use crate::output::Output;
use crate::value::{self, Base, Emotions, Limit, List, Networks};

/// A site has only one record, so no name is needed.

#[derive(Subcommand)]
pub enum Command {
    /// Set up the site, or change its settings
    Set(Box<Settings>),
    /// Show the site's settings
    Show,
    /// Bind a user of the partner site to a member
    Bind {
        /// The user's uid on the partner site (`api_uid`)
        site_uid: String,
        /// The member's uid or username
        who: String,
        /// Bind the member to this user instead of its present one
        #[arg(long = "move")]
        moves: bool,
    },
}

impl Command {
    pub fn only_reads(&self) -> bool {
        matches!(self, Self::Show)
    }
}

#[derive(Args)]
pub struct Settings {
    /// The weibo app's App Key
    #[arg(long)]
    akey: Option<SiteKey>,
    /// The weibo app's App Secret. `@FILE` reads it from a file, `-` from standard input
    #[arg(long, value_parser = value::secret)]
    skey: Option<String>,
    /// The extra secret agreed with clients, `@FILE` or `-`; "" for none
    #[arg(long, value_parser = value::secret_or_none)]
    api_key: Option<String>,
    /// Addresses or networks that may call, separated by commas, or the option repeated; "" allows all
    #[arg(long, value_name = "NETWORKS")]
    ip_allow: Vec<Networks>,
    /// Operations that anonymous callers may use, in any case, separated by commas, or the option repeated
    #[arg(long, value_name = "OPERATIONS")]
    allow_anonymous: Vec<List>,
    /// Operations that run as the default member for callers who are not bound, in any case
    #[arg(long, value_name = "OPERATIONS")]
    allow_others: Vec<List>,
    /// The default member: uid or username; "" for none
    #[arg(long, value_name = "WHO")]
    default_member: Option<String>,
    /// Words that no text may contain, separated by commas (`,` `，` `、`), or the option repeated; `@FILE` reads them
    /// from a file, `-` from standard input, one or several per line
    #[arg(long, value_parser = value::list_or_file)]
    words: Vec<List>,
    /// How many seconds old `api_time` may be, 600 for a new site; `none` allows any age
    #[arg(long, value_name = "SECONDS")]
    past: Option<Limit<u32>>,
    /// How many seconds ahead `api_time` may be, 600 for a new site
    #[arg(long, value_name = "SECONDS")]
    future: Option<u32>,
    /// The name of the client that weibos show (`s`)
    #[arg(long)]
    source: Option<String>,
    /// The prefix of short links' ids, such as http://t.cn; "" for the address that a caller uses
    #[arg(long, value_name = "ADDRESS")]
    short_links: Option<Base>,
    /// The address of the site's own pages, to which names and topics in comments link; "" for the address where the
    /// comment is shown
    #[arg(long, value_name = "ADDRESS")]
    pages: Option<Base>,
    /// What `emotions` lists, in Sina's form: a JSON array of objects with `phrase` and `url`, optionally `type`,
    /// `is_hot` and `category`. `@FILE` reads it from a file, `-` from standard input; "" for none
    #[arg(long, value_name = "JSON", value_parser = value::emotions)]
    emotions: Option<Emotions>,
    /// The number of fans above which an author's weibos are merged into homes when these are read
    #[arg(long, value_name = "FANS")]
    merge_above: Option<u64>,
}

pub async fn run(ctx: &Ctx, command: Command) -> Result<Output> {
    match command {
        Command::Set(settings) => set(ctx, *settings).await,
        Command::Show => match clients::read::<Site>(&ctx.store, ()).await? {
            Some(site) => show(ctx, &site).await,
            None => bail!("the site is not set up: use `xweibo set`"),
        },
        Command::Bind {
            site_uid,
            who,
            moves,
        } => bind(ctx, site_uid, &who, moves).await,
    }
}

async fn set(ctx: &Ctx, settings: Settings) -> Result<Output> {
    let old = clients::read::<Site>(&ctx.store, ()).await?;
    let is_new = old.is_none();
    let emotions = settings.emotions.clone();
    let site = apply(ctx, settings, old).await?;
    if !is_new {
        clients::replace(&ctx.store, &site).await?;
    } else if let Written::Refused = clients::create(&ctx.store, &site).await? {
        bail!("somebody else set the site up meanwhile: try again");
    }
    if let Some(Emotions(list)) = emotions {
        offer(ctx, list).await?;
    }
    show(ctx, &site).await
}

async fn bind(ctx: &Ctx, site_uid: String, who: &str, moves: bool) -> Result<Output> {
    ensure!(!site_uid.is_empty(), "a user of the partner site has a uid");
    let old = find(ctx, who).await?;
    let bound = old.site_uid.as_ref().filter(|bound| **bound != site_uid);
    if let Some(bound) = bound.filter(|_| !moves) {
        bail!(
            "{} is bound to {bound}, who would act as nobody then: say --move to bind to {site_uid} instead",
            old.username
        );
    }
    let mut new = old.clone();
    new.site_uid = Some(site_uid);
    member::replace(&ctx.store, &old, &new)
        .await?
        .map_err(refused)?;
    Ok(Output::fields(
        json!({ "uid": new.uid, "site_uid": new.site_uid }),
    ))
}

async fn apply(ctx: &Ctx, settings: Settings, site: Option<Site>) -> Result<Site> {
    if settings.akey.as_deref() == Some("") {
        bail!("--akey takes a text");
    }
    let mut site = match (site, &settings.akey, &settings.skey) {
        (Some(site), _, _) => site,
        (None, Some(akey), Some(skey)) => Site::new(akey.clone(), skey),
        _ => bail!("a new site needs --akey and --skey"),
    };
    if let Some(skey) = &settings.skey
        && let Some(why) = value::weakness(skey)
    {
        // Anyone who guesses it can act as every member, but short ones have always been accepted.
        eprintln!("--skey can be guessed: {why}");
    }
    if let Some(names) = List::all(&settings.allow_anonymous) {
        site.allow_anonymous = operations(names);
    }
    if let Some(names) = List::all(&settings.allow_others) {
        site.allow_others = operations(names);
    }
    site.default_member = match settings.default_member.as_deref() {
        None => site.default_member,
        Some("") => None,
        Some(who) => Some(find(ctx, who).await?.uid),
    };
    site.akey = settings.akey.unwrap_or(site.akey);
    site.skey = settings.skey.unwrap_or(site.skey);
    site.api_key = settings.api_key.unwrap_or(site.api_key);
    site.ip_allow = Networks::all(&settings.ip_allow).unwrap_or(site.ip_allow);
    site.words = List::all(&settings.words).unwrap_or(site.words);
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

/// Names of operations as the operations themselves spell them, given in any case and spelling that calls may use. An
/// unknown name does nothing: the document's own example has one.
fn operations(names: BTreeSet<String>) -> BTreeSet<String> {
    let all: Vec<&str> = front::XWEIBO.iter().map(|op| op.name).collect();
    let own = |given: String| {
        let found = front::XWEIBO.iter().find(|op| {
            let mut spellings = op.aliases.iter().chain([&op.name]);
            spellings.any(|own| own.eq_ignore_ascii_case(&given))
        });
        match found {
            Some(operation) => operation.name.to_owned(),
            None => {
                let near = value::neighbours(&given, &all);
                eprintln!("{near}; this name does nothing");
                given
            }
        }
    };
    names.into_iter().map(own).collect()
}

/// Stores the site's pictures for feelings.
async fn offer(ctx: &Ctx, list: Vec<emotions::Emotion>) -> Result<()> {
    let old = clients::read::<emotions::Emotions>(&ctx.store, ()).await?;
    let is_new = old.is_none();
    let new = emotions::Emotions {
        list,
        ..old.unwrap_or_default()
    };
    if !is_new {
        clients::replace(&ctx.store, &new).await?;
    } else if let Written::Refused = clients::create(&ctx.store, &new).await? {
        bail!("somebody else set the emotions meanwhile: try again");
    }
    Ok(())
}

async fn show(ctx: &Ctx, site: &Site) -> Result<Output> {
    let emotions = clients::read::<emotions::Emotions>(&ctx.store, ()).await?;
    Ok(Output::fields(json!({
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
        "emotions": emotions.map_or(0, |emotions| emotions.list.len()),
        "merge_above": site.merge_above,
    })))
}

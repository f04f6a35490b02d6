//! `admin init`.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Map, Value, json};
use weiquan::Ctx;
use weiquan_store::clients::{self, Site};
use weiquan_store::digest::hex;
use weiquan_store::table::Written;

use crate::output::Output;
use crate::{app, qzone};

#[derive(Args)]
pub struct Arguments {
    /// Create an app of OkayAPI with dynamic signature, if there is none
    #[arg(long)]
    app: bool,
    /// Set up the Xweibo site, if it is not set up
    #[arg(long)]
    site: bool,
    /// Create a consumer of QZone, if there is none
    #[arg(long)]
    consumer: bool,
    /// Create all of these
    #[arg(long)]
    all: bool,
}

impl Arguments {
    pub fn only_reads(&self) -> bool {
        !(self.app || self.site || self.consumer || self.all)
    }
}

/// Creates what is asked for and missing, all or nothing, and shows its secrets. What exists is not changed.
pub async fn run(ctx: &Ctx, arguments: &Arguments) -> Result<Output> {
    let mut apps = clients::app_keys(&ctx.store).await?;
    let site = clients::read::<Site>(&ctx.store, ()).await?;
    let mut consumers = clients::consumer_keys(&ctx.store).await?;

    let wants = |asked: bool, is_there: bool| (asked || arguments.all) && !is_there;
    let new_app = wants(arguments.app, !apps.is_empty()).then(|| app::new(ctx));
    let new_site = wants(arguments.site, site.is_some()).then(|| new_site(ctx));
    let new_consumer = wants(arguments.consumer, !consumers.is_empty()).then(|| qzone::new(ctx));
    let made = [
        new_app.is_some(),
        new_site.is_some(),
        new_consumer.is_some(),
    ];
    if made.contains(&true) {
        let (app, site, consumer) = (new_app.as_ref(), new_site.as_ref(), new_consumer.as_ref());
        if clients::found_all(&ctx.store, app, site, consumer).await? == Written::Refused {
            bail!("somebody else made something meanwhile: run it again");
        }
    }

    let mut fields = Map::new();
    let mut show = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    if let Some(app) = &new_app {
        show("app_key", json!(app.key));
        show("app_secrect", json!(app.secret));
        apps.push(app.key.clone());
    }
    if let Some(site) = &new_site {
        show("akey", json!(site.akey));
        show("skey", json!(site.skey));
    }
    if let Some(consumer) = &new_consumer {
        show("oauth_consumer_key", json!(consumer.key));
        show("appkey", json!(consumer.secret));
        consumers.push(consumer.key.clone());
    }
    let site = site.or(new_site);
    let missing: Vec<&str> = [
        ("--app", apps.is_empty()),
        ("--site", site.is_none()),
        ("--consumer", consumers.is_empty()),
    ]
    .into_iter()
    .filter_map(|(option, is_missing)| is_missing.then_some(option))
    .collect();
    show("table", json!(ctx.store.table()));
    show("apps", json!(apps));
    show("site", json!(site.map(|site| site.akey)));
    show("consumers", json!(consumers));
    show("missing", json!(missing));
    Ok(Output::Fields(fields))
}

/// A site with keys like Sina's: ten digits, and 32 hex digits.
fn new_site(ctx: &Ctx) -> Site {
    let drawn = u32::from_le_bytes(ctx.store.ids().bytes());
    let akey = 1_000_000_000 + u64::from(drawn);
    Site::new(
        akey.to_string().into(),
        &hex(&ctx.store.ids().bytes::<16>()),
    )
}

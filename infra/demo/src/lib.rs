//! The demo data: its keys are constant, so that calls to a local system can be pasted and sample events stay the same.
//! Never write it into a table on AWS: its secrets are public.

mod content;
mod sample;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use weiquan::{Ctx, Fault, password};
use weiquan_store::clients::{self, App, Consumer, SESSION_DAYS, Secrets, SignMode, Site};
use weiquan_store::digest::md5_hex;
use weiquan_store::id::Uid;
use weiquan_store::members::account::{self, NewLogin};
use weiquan_store::members::member::{self, Member};
use weiquan_store::members::session::{self, Realm};
use weiquan_store::oauth::token::{self, Token};
use weiquan_store::table::{Consistency, Error};

pub use sample::{Credentials, Sample, event};

/// The app whose calls need no signature.
pub const OPEN_APP: &str = "DEMO0OPEN0APP0DEMO0OPEN0APP00001";
/// The app whose calls need a dynamic signature.
pub const SIGNED_APP: &str = "DEMO0SIGNED0APP0DEMO0SIGNED00002";

const APPS: [(&str, &str, SignMode); 2] = [
    (OPEN_APP, "demo-open-app-secret-0001", SignMode::Off),
    (SIGNED_APP, "demo-signed-app-secret-0002", SignMode::Dynamic),
];

struct Person {
    uid: Uid,
    uuid: &'static str,
    token: &'static str,
    username: &'static str,
    password: &'static str,
    nick: &'static str,
    site_uid: &'static str,
}

/// The member who calls in sample events.
const CALLER: Person = Person {
    uid: Uid::new(1_819_991_891),
    uuid: "0A1B2C3D4E5F60718293A4B5C6D7E8F9",
    token: "DE3000000000000000000000000000000000000000000000000000000000A001",
    username: "xiaobai",
    password: "xiaobai-demo",
    nick: "小白",
    site_uid: "10000",
};
/// The login of the caller: uuid and token.
pub const LOGIN: (&str, &str) = (CALLER.uuid, CALLER.token);
/// The member whom sample events are mostly about.
const OTHER: Person = Person {
    uid: Uid::new(1_692_630_323),
    uuid: "1B2C3D4E5F60718293A4B5C6D7E8F90A",
    token: "DE3000000000000000000000000000000000000000000000000000000000A002",
    username: "dogstar",
    password: "dogstar-demo",
    nick: "dogstar",
    site_uid: "10001",
};
const PEOPLE: [Person; 2] = [CALLER, OTHER];

const AKEY: &str = "1000000001";
const SKEY: &str = "demo-weibo-app-secret";
/// As in the original, old times are accepted, so that a sample event works on any day.
const PAST: Option<u32> = None;
const CONSUMER: &str = "200003";
const CONSUMER_SECRET: &str = "DemoConsumerSecret0123456789abcd";
const TOKEN: &str = "10000000000000000001";
const TOKEN_SECRET: &str = "DemoTokenSecret1";
const OPERATIONS: [&str; 3] = ["add_feeds", "add_share", "get_user_info"];
const CALLBACK_DOMAINS: [&str; 3] = ["weiquan.test", "localhost", "127.0.0.1"];

/// The content of `demo.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demo {
    /// The gateway.
    pub base_url: String,
    /// The address of DynamoDB's API.
    pub dynamodb_url: String,
    /// The table's name.
    pub table: String,
    /// OkayAPI's apps.
    pub apps: Vec<DemoApp>,
    /// The members.
    pub members: Vec<DemoMember>,
    /// The Xweibo site.
    pub xweibo: DemoSite,
    /// The QZone consumer and the first member's grant.
    pub qzone: DemoConsumer,
}

/// An app of OkayAPI.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoApp {
    /// Its key.
    pub app_key: String,
    /// Its secret, in OkayAPI's spelling.
    pub app_secrect: String,
    /// `off` or `dynamic`.
    pub sign_mode: String,
}

/// A member with a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoMember {
    /// The member's uid.
    pub uid: Uid,
    /// The member's uuid on OkayAPI.
    pub uuid: String,
    /// The session's token.
    pub token: String,
    /// The name to log in with.
    pub username: String,
    /// The password in plain text.
    pub password: String,
    /// The displayed name.
    pub nick: String,
    /// The member's user on the partner site.
    pub site_uid: String,
    /// The openid: the member as the QZone consumer knows it.
    pub openid: String,
}

/// The Xweibo site's keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoSite {
    /// The App Key.
    pub akey: String,
    /// The App Secret.
    pub skey: String,
    /// The extra secret.
    pub api_key: String,
    /// How many seconds old `api_time` may be; any age here, because of the sample events. A new site has 600.
    pub past_seconds: Option<u32>,
}

/// The QZone consumer and a grant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoConsumer {
    /// `oauth_consumer_key`.
    pub consumer_key: String,
    /// The appkey.
    pub consumer_secret: String,
    /// `oauth_token`.
    pub token: String,
    /// The token's secret.
    pub token_secret: String,
    /// The openid: the first member as this consumer knows it.
    pub openid: String,
}

/// The demo data at the given addresses.
pub fn describe(base_url: &str, dynamodb_url: &str, table: &str) -> Demo {
    let openid = |person: &Person| token::openid(&consumer(), &person.uuid.into()).to_string();
    let apps = APPS.map(|(key, secret, mode)| DemoApp {
        app_key: key.to_owned(),
        app_secrect: secret.to_owned(),
        sign_mode: match mode {
            SignMode::Off => "off",
            SignMode::Dynamic | SignMode::Static(_) => "dynamic",
        }
        .to_owned(),
    });
    let members = PEOPLE.map(|person| DemoMember {
        uid: person.uid,
        openid: openid(&person),
        uuid: person.uuid.to_owned(),
        token: person.token.to_owned(),
        username: person.username.to_owned(),
        password: person.password.to_owned(),
        nick: person.nick.to_owned(),
        site_uid: person.site_uid.to_owned(),
    });
    let first = CALLER;
    Demo {
        base_url: base_url.to_owned(),
        dynamodb_url: dynamodb_url.to_owned(),
        table: table.to_owned(),
        apps: apps.to_vec(),
        members: members.to_vec(),
        xweibo: DemoSite {
            akey: AKEY.to_owned(),
            skey: SKEY.to_owned(),
            api_key: String::new(),
            past_seconds: PAST,
        },
        qzone: DemoConsumer {
            consumer_key: CONSUMER.to_owned(),
            consumer_secret: CONSUMER_SECRET.to_owned(),
            token: TOKEN.to_owned(),
            token_secret: TOKEN_SECRET.to_owned(),
            openid: openid(&first),
        },
    }
}

impl Demo {
    /// The keys that sign sample events: the signed app and the first member.
    pub fn credentials(&self) -> Credentials {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let app = self.apps.last();
        let member = self.members.first();
        Credentials {
            base_url: self.base_url.clone(),
            okay: app
                .map(|a| pair(&a.app_key, &a.app_secrect))
                .unwrap_or_default(),
            session: member.map(|m| pair(&m.uuid, &m.token)).unwrap_or_default(),
            xweibo: (
                self.xweibo.akey.clone(),
                self.xweibo.skey.clone(),
                self.xweibo.api_key.clone(),
            ),
            site_uid: member.map(|m| m.site_uid.clone()).unwrap_or_default(),
            spare_session: pair(OTHER.uuid, content::SPARE_TOKEN),
            consumer: pair(&self.qzone.consumer_key, &self.qzone.consumer_secret),
            token: pair(&self.qzone.token, &self.qzone.token_secret),
            openid: self.qzone.openid.clone(),
            request_token: content::REQUEST_TOKEN.to_owned(),
            allowed_token: {
                let (token, secret, vericode) = content::ALLOWED;
                (token.to_owned(), secret.to_owned(), vericode.to_owned())
            },
        }
    }
}

/// Writes what is missing of the demo data; what exists is not changed. Sessions that have ended are created again.
pub async fn seed(ctx: &Ctx) -> Result<(), Fault> {
    seed_callers(ctx).await?;
    content::seed(ctx).await
}

/// The same, but only what is needed to call: apps, site, consumer, the two members.
pub async fn seed_callers(ctx: &Ctx) -> Result<(), Fault> {
    for (key, secret, sign_mode) in APPS {
        let app = App::new(key.into(), secret, sign_mode);
        clients::create(&ctx.store, &app).await?;
    }
    for person in &PEOPLE {
        let member = match member::by_uid(&ctx.store, person.uid, Consistency::Strong).await? {
            Some(member) => member,
            None => new_member(ctx, person).await?,
        };
        log_in(ctx, &member, person.token).await?;
    }
    let mut site = Site::new(AKEY.into(), SKEY);
    site.window.past = PAST;
    clients::create(&ctx.store, &site).await?;
    clients::create(&ctx.store, &consumer()).await?;
    if token::find(&ctx.store, TOKEN).await?.is_none() {
        let first = CALLER;
        let token = Token {
            token: TOKEN.to_owned(),
            secret: TOKEN_SECRET.to_owned(),
            consumer: CONSUMER.into(),
            uid: first.uid,
            openid: token::openid(&consumer(), &first.uuid.into()),
            allowed: OPERATIONS.map(str::to_owned).into(),
            revoked: false,
        };
        token::grant(&ctx.store, &token).await?;
    }
    Ok(())
}

async fn new_member(ctx: &Ctx, person: &Person) -> Result<Member, Fault> {
    let member = Member {
        uid: person.uid,
        uuid: person.uuid.into(),
        password: Some(password::hash(ctx, &md5_hex([person.password]))?),
        nick: person.nick.to_owned(),
        site_uid: Some(person.site_uid.to_owned()),
        ..Member::new(&ctx.store, person.username)
    };
    create(ctx, &member).await?;
    Ok(member)
}

async fn create(ctx: &Ctx, member: &Member) -> Result<(), Error> {
    let created = member::create(&ctx.store, member, None).await?;
    created.map_err(|taken| {
        Error::new(format!(
            "the demo member {} cannot be made: {taken:?} is taken",
            member.username
        ))
    })
}

/// Logs `member` in with `token` unless that login is still valid.
async fn log_in(ctx: &Ctx, member: &Member, token: &str) -> Result<(), Error> {
    let found = session::find(&ctx.store, Realm::Api, &member.uuid, token).await?;
    if found.is_some() {
        return Ok(());
    }
    let login = NewLogin {
        token,
        realm: Realm::Api,
        expires_at: ctx.now() + SignedDuration::from_hours(24 * i64::from(SESSION_DAYS)),
        keep_others: true,
    };
    let logged_in = account::log_in(&ctx.store, member, &login).await?;
    logged_in.map_err(|account::Changed| Error::new("a demo member changes"))
}

fn consumer() -> Consumer {
    let secrets = Secrets {
        secret: CONSUMER_SECRET,
        openid_salt: "demo-openid-salt",
    };
    Consumer {
        name: "土豆网".to_owned(),
        callback_domains: CALLBACK_DOMAINS.map(str::to_owned).into(),
        ..Consumer::new(CONSUMER.into(), secrets, &OPERATIONS)
    }
}

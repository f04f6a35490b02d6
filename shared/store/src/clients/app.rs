//! OkayAPI's apps.

use std::collections::BTreeSet;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clients::shards::Shards;
use crate::id::AppKey;

/// How an app's calls are signed (okayapi section 1.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignMode {
    /// Any or no `sign`.
    Off,
    /// A digest of the parameters and the secret.
    Dynamic,
    /// This text, the same for every call.
    Static(String),
}

/// The state of an app (okayapi section 8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    #[default]
    Active,
    /// 407.
    Expired,
    /// 408.
    Banned,
    /// 417.
    SubAppFailure,
}

/// The operations that an app's plan covers (okayapi section 8: 416).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Everything.
    #[default]
    Full,
    /// All except the professional operations, which are those of the interface market, `App.Market_*`.
    Free,
}

/// The answers that pages of other origins may read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrossOrigin {
    /// All.
    #[default]
    Always,
    /// Those to calls with `yesapi_allow_origin=1`.
    Flag,
}

/// A client app of OkayAPI.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// `app_key`, 32 characters or more.
    pub key: AppKey,
    /// `app_secrect`.
    pub secret: String,
    /// How its calls are signed.
    pub sign_mode: SignMode,
    /// Its state.
    #[serde(default)]
    pub status: Status,
    /// Its plan.
    #[serde(default)]
    pub plan: Plan,
    /// Only these addresses may call; empty allows all.
    #[serde(default)]
    pub ip_allow: Vec<IpNet>,
    /// These addresses may not call.
    #[serde(default)]
    pub ip_deny: Vec<IpNet>,
    /// Calls per month, UTC+8.
    #[serde(default)]
    pub monthly_quota: Option<u64>,
    /// Calls in one second of the server's clock, 1 to 500.
    #[serde(default)]
    pub per_second: Option<u32>,
    /// Messages without login from one address in one minute.
    #[serde(default)]
    pub anonymous_per_minute: Option<u32>,
    /// How long a login lives, in days.
    #[serde(default = "session_days")]
    pub session_days: u32,
    /// A member has only one login at a time: a new login ends the earlier ones.
    #[serde(default)]
    pub single_login: bool,
    /// Which of its answers pages of other origins may read.
    #[serde(default)]
    pub cross_origin: CrossOrigin,
    /// Operations that are switched off, by their full names.
    #[serde(default)]
    pub closed: BTreeSet<String>,
    /// From when ids are derived from the time, in seconds since 1970. Otherwise they are counted.
    #[serde(default)]
    pub time_ids_from: Option<i64>,
    /// The number of partitions over which its lists are spread.
    #[serde(default)]
    pub shards: Shards,
    /// How often it was changed. A change based on an older revision is refused.
    #[serde(default)]
    pub revision: u64,
}

/// How long a login lives by default, in days (okayapi section 9b).
pub const SESSION_DAYS: u32 = 30;

fn session_days() -> u32 {
    SESSION_DAYS
}

impl App {
    /// An active app without limits.
    pub fn new(key: AppKey, secret: &str, sign_mode: SignMode) -> Self {
        Self {
            key,
            secret: secret.to_owned(),
            sign_mode,
            status: Status::default(),
            plan: Plan::default(),
            ip_allow: Vec::new(),
            ip_deny: Vec::new(),
            monthly_quota: None,
            per_second: None,
            anonymous_per_minute: None,
            session_days: session_days(),
            single_login: false,
            cross_origin: CrossOrigin::default(),
            closed: BTreeSet::new(),
            time_ids_from: None,
            shards: Shards::default(),
            revision: 0,
        }
    }

    /// Whether ids that are made at `now` are derived from the time.
    pub fn has_time_ids(&self, now: Timestamp) -> bool {
        self.time_ids_from
            .is_some_and(|from| from <= now.as_second())
    }
}

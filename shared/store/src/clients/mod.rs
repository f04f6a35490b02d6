//! The clients that may call: OkayAPI's apps, the Xweibo site, QZone's consumers. All their settings are here.
//!
//! # What is stored
//!
//! * An [`App`] is stored under `APP#<key>` / `APP`, a [`Consumer`] under `CONSUMER#<key>` / `CONSUMER`. Of the
//!   [`Site`] there is one, under `SITE#xweibo` / `SITE`; its pictures for feelings ([`emotions`]) are beside it under
//!   `EMOTIONS`, because only one operation reads them. Every client has a `revision`, and a change that is based on an
//!   older one is refused.
//! * The partitions `APPS` and `CONSUMERS` list the keys of apps and consumers. An entry is written together with its
//!   client. Only the operator's command line reads them.
//! * [`usage`] counts an app's calls of a month (`APP#<key>` / `USE#<yyyy-mm>`), and the calls of a client in one second
//!   and the messages of one address in one minute (`RATE#…`, which expire). These numbers are only limits.
//! * [`sequence`] draws the ids of an app's messages and moments from counters (`IDS#<app>`).
//!
//! # Invariants
//!
//! * A warm process reads each client at most once a minute, so a changed setting takes effect within a minute
//!   everywhere. Settings with which all processes must agree therefore begin two minutes later.
//! * A process draws an id with one update of the counter, while it reads the session and the place: no extra round
//!   trip, and one write unit. So it draws the id before it knows whether the call will be refused. An id that is drawn
//!   and not used leaves a gap: because of a refusal, a lost answer or a process that dies. No id is drawn twice.
//! * The order of ids is the order of acceptance: a caller that drew a lower id, because another was faster, draws again.
//! * `admin app set KEY --ids time` moves an app to the other kind of ids, which are higher than every counted id. A
//!   counter that reaches its end, 2^31 - 1, does the same. There is no way back.
//! * The number of an app's partitions may change, but its history ([`shards::Shards`]) only grows, and an id keeps the
//!   partition that it has.
//!
//! This room uses the table and the keys, and no other room.

mod app;
mod consumer;
pub mod emotions;
mod registration;
pub mod sequence;
pub mod shards;
mod site;
pub mod usage;

pub use app::{App, CrossOrigin, Plan, SESSION_DAYS, SignMode, Status};
pub use consumer::{Consumer, Secrets};
pub use registration::{Client, app_keys, consumer_keys, create, find, found_all, read, replace};
pub use site::{MERGE_ABOVE, Site, TimeWindow};

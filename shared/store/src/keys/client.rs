//! The keys of apps, consumers and the site.

use jiff::civil::Date;

use super::{Key, Range, part};
use crate::id::{AppKey, ConsumerKey};

/// An OkayAPI app.
pub fn app(app_key: &AppKey) -> Key {
    Key::new(format!("APP#{app_key}"), "APP")
}

/// The usage of an app in the month of `day`, UTC+8.
pub fn usage(app_key: &AppKey, day: Date) -> Key {
    Key::new(
        format!("APP#{app_key}"),
        format!("USE#{:04}-{:02}", day.year(), day.month()),
    )
}

/// The number of messages without login from one address within one minute.
pub fn anonymous(app_key: &AppKey, minute: i64, address: &str) -> Key {
    Key::new(
        format!("RATE#{}#{minute}", part(app_key)),
        format!("FROM#{address}"),
    )
}

/// The number of requests in one second by the app or consumer with the key `client`.
pub fn rate(client: &str, second: i64) -> Key {
    Key::new(format!("RATE#{}#{second}", part(client)), "RATE")
}

/// An entry of the list of all apps, for the operator's command line.
pub fn app_listing(app_key: &AppKey) -> Key {
    Key::new(APPS.to_owned(), app_key.to_string())
}

/// The list of all apps.
pub fn app_listings() -> Range {
    Range::whole(APPS)
}

const APPS: &str = "APPS";

/// A QZone consumer.
pub fn consumer(consumer_key: &ConsumerKey) -> Key {
    Key::new(format!("CONSUMER#{consumer_key}"), "CONSUMER")
}

/// An entry of the list of all consumers, for the operator's command line.
pub fn consumer_listing(consumer_key: &ConsumerKey) -> Key {
    Key::new(CONSUMERS.to_owned(), consumer_key.to_string())
}

/// The list of all consumers.
pub fn consumer_listings() -> Range {
    Range::whole(CONSUMERS)
}

const CONSUMERS: &str = "CONSUMERS";

/// The counter from which an app's messages get their ids.
pub fn message_ids(app_key: &AppKey) -> Key {
    Key::new(format!("IDS#{app_key}"), "MESSAGES")
}

/// The counter from which an app's moments get their ids.
pub fn moment_ids(app_key: &AppKey) -> Key {
    Key::new(format!("IDS#{app_key}"), "MOMENTS")
}

/// The Xweibo site.
pub fn site() -> Key {
    Key::new("SITE#xweibo".to_owned(), "SITE")
}

/// The emotions that the Xweibo site offers.
pub fn emotions() -> Key {
    Key::new("SITE#xweibo".to_owned(), "EMOTIONS")
}

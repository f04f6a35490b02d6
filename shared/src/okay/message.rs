//! A message as the lists show it (okayapi section 5.2).

use super::error::Error;
use super::list::{self, Item, add_selected};
use super::more::field;
use super::to_json;
use crate::clock::date_time_at;
use crate::store::message::Message;

/// The columns of a message: no custom field has their names.
pub const COLUMNS: [&str; 5] = [
    "message_nickname",
    "message_content",
    "message_post_time",
    "message_pid",
    "message_key",
];
/// What a deleted message shows (section 9b).
const DELETED: &str = "该评论已删除";

/// Whether a message shows `name` without being asked.
pub fn is_shown(name: &str) -> bool {
    let plain = ["id", "child", "child_total"];
    plain.contains(&name) || (COLUMNS.contains(&name) && name != "message_key")
}

/// Refuses a message that would be too large in a list.
pub fn check_size(message: &Message) -> Result<(), Error> {
    let shown = list::object(fields(message, &[])?)?;
    list::check_size(&shown, message.more.as_deref())
}

/// The fields of a message, with those of `select`.
pub fn fields<'a>(message: &Message, select: &'a [String]) -> Result<Item<'a>, Error> {
    let post_time = date_time_at(message.posted_at);
    let content = if message.deleted {
        DELETED
    } else {
        &message.content
    };
    let mut item = vec![
        ("id", to_json(&message.id)?),
        ("message_nickname", to_json(&message.nickname)?),
        ("message_content", to_json(&content)?),
        ("message_post_time", to_json(&post_time)?),
        ("message_pid", to_json(&message.pid)?),
    ];
    add_selected(&mut item, select, message.more.as_deref(), |name| {
        Some(match name {
            // An anonymous author has none (section 7.5); a deleted message tells nothing.
            "uuid" if message.deleted => field(&""),
            "uuid" => field(&message.uuid.as_deref().unwrap_or_default()),
            "add_time" => field(&post_time),
            "message_key" => field(&message.key),
            "update_time" | "ext_data" => field(&()),
            _ => return None,
        })
    })?;
    Ok(item)
}

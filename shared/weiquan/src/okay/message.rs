//! A message as lists show it (okayapi section 5.2).

use serde::Serialize;

use super::custom_fields::field;
use super::error::Error;
use super::list::{self, Selected};
use crate::fault::Fault;
use crate::schema::Answer;
use weiquan_store::clock::date_time_at;
use weiquan_store::threads::message::Message;

/// The text shown for a deleted message (section 9b).
const DELETED: &str = "该评论已删除";

/// A message as lists show it.
#[derive(Serialize, Answer)]
pub struct ShownMessage {
    /// Its id.
    id: u64,
    /// The name of its author.
    message_nickname: String,
    /// The text; of a deleted one a notice.
    message_content: String,
    /// When it was posted, such as `2018-12-02 11:21:27`.
    message_post_time: String,
    /// The message that it answers; 0 for none.
    message_pid: u64,
    #[serde(flatten)]
    selected: Selected,
}

impl ShownMessage {
    /// The message with the fields of `select`.
    pub fn new(message: &Message, select: &[String]) -> Result<Self, Fault> {
        let post_time = date_time_at(message.posted_at);
        let content = match message.deleted {
            true => DELETED,
            false => &message.content,
        };
        let selected = Selected::new(select, message.more.as_deref(), |name| {
            Some(match name {
                // An anonymous author has no uuid (section 7.5). A deleted message shows nothing.
                "uuid" if message.deleted => field(&""),
                "uuid" => field(&message.uuid.as_deref().unwrap_or_default()),
                "add_time" => field(&post_time),
                "message_key" => field(&message.key),
                "update_time" | "ext_data" => field(&()),
                _ => return None,
            })
        })?;
        Ok(Self {
            id: message.id.get(),
            message_nickname: message.nickname.clone(),
            message_content: content.to_owned(),
            message_post_time: post_time,
            message_pid: message.pid.get(),
            selected,
        })
    }

    /// The fields that `names` asks for, without those that are always shown.
    pub fn selection(names: Vec<String>) -> Vec<String> {
        let of_replies = ["child", "child_total"];
        list::selection(names, |name| {
            of_replies.contains(&name) || Self::SCHEMA.has_field(name)
        })
    }
}

/// Whether a message has a column of that name. No custom field may have such a name.
pub fn is_column(name: &str) -> bool {
    name == "message_key" || ShownMessage::SCHEMA.has_field(name)
}

/// Refuses a message that would be too large in a list.
pub fn check_size(message: &Message) -> Result<(), Error> {
    list::check_size(&ShownMessage::new(message, &[])?, message.more.as_deref())
}

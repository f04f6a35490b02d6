//! A moment as the lists show it (okayapi section 7.2).

use super::error::{Error, Failure};
use super::list::{self, Page, add_selected, object, selection};
use super::more::field;
use super::to_json;
use crate::clock::date_time_at;
use crate::store::moment::{Access, Moment};

/// The columns of a moment: no custom field has their names.
pub const COLUMNS: [&str; 18] = [
    "moment_nickname",
    "moment_content",
    "moment_url",
    "moment_createtime",
    "moment_like",
    "moment_picture1",
    "moment_picture2",
    "moment_picture3",
    "moment_picture4",
    "moment_picture5",
    "moment_picture6",
    "moment_picture7",
    "moment_picture8",
    "moment_picture9",
    "moment_lat",
    "moment_lng",
    "moment_place",
    "moment_access",
];

/// There is no such moment that the caller may see.
pub const NO_MOMENT: Failure = (1, "动态不存在或已被删除");

/// Refuses a moment that would be too large in a list.
pub fn check_size(moment: &Moment) -> Result<(), Error> {
    list::check_size(&item(moment, &[])?, moment.more.as_deref())
}

/// A page of `moments` with the fields of `more_select`, out of `total`.
pub fn page(total: u64, moments: &[Moment], more_select: Vec<String>) -> Result<Page, Error> {
    let is_shown =
        |name: &str| name == "id" || (COLUMNS.contains(&name) && name != "moment_access");
    let select = selection(more_select, is_shown);
    Page::new(total, moments.iter().map(|moment| item(moment, &select)))
}

fn item(moment: &Moment, select: &[String]) -> Result<String, Error> {
    let created = date_time_at(moment.posted_at);
    let mut item = vec![("id", to_json(&moment.id)?)];
    let mut pictures = moment.pictures.iter();
    for name in COLUMNS {
        let value = match name {
            "moment_nickname" => to_json(&moment.nickname),
            "moment_content" => to_json(&moment.content),
            "moment_url" => to_json(&moment.url),
            "moment_createtime" => to_json(&created),
            "moment_like" => to_json(&moment.likes.to_string()),
            "moment_lat" => to_json(&moment.lat),
            "moment_lng" => to_json(&moment.lng),
            "moment_place" => to_json(&moment.place),
            "moment_access" => continue,
            // The nine pictures, by place.
            _ => to_json(&pictures.next()),
        };
        item.push((name, value?));
    }
    add_selected(&mut item, select, moment.more.as_deref(), |name| {
        Some(match name {
            "uuid" => field(&moment.uuid),
            "add_time" => field(&created),
            "update_time" | "ext_data" => field(&()),
            "moment_access" => field(&number(moment.access)),
            _ => return None,
        })
    })?;
    object(item)
}

/// `moment_access` (section 6.3.1).
fn number(access: Access) -> u8 {
    match access {
        Access::Public => 0,
        Access::SignedIn => 1,
        Access::Own => 2,
    }
}

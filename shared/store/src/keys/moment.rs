//! The keys of moments.

use std::ops::RangeInclusive;

use super::{Key, Range, id, part};
use crate::id::{AppKey, MomentId, Partition, Uuid};
use crate::ids::LAST_ID;

/// The partition of one shard of an app's moments.
pub fn moments(app_key: &AppKey, shard: u32) -> Partition {
    format!("MOMENTS#{}#{shard}", part(app_key)).into()
}

/// The partition of the moments that only their author may see.
pub fn private_moments(app_key: &AppKey, uuid: &Uuid) -> Partition {
    format!("PRIVATE#{}#{uuid}", part(app_key)).into()
}

/// A moment, in a partition of [`moments`] or [`private_moments`].
pub fn moment(partition: &Partition, moment: MomentId) -> Key {
    Key::new(partition.to_string(), id(moment))
}

/// The moments of a partition with these ids, newest first.
pub fn moments_between(partition: &Partition, ids: RangeInclusive<MomentId>) -> Range {
    let [first, last] = [*ids.start(), *ids.end()].map(id);
    Range::new(partition.to_string(), first, last).in_order(true)
}

/// Everything in a partition: its totals, then its moments, newest first.
pub fn moments_from_top(partition: &Partition) -> Range {
    let totals = moment_totals(partition);
    Range::new(totals.pk, id(0_u64), totals.sk).in_order(true)
}

/// The number of moments of each access in a partition; sorts after all of them.
pub fn moment_totals(partition: &Partition) -> Key {
    Key::new(partition.to_string(), TOTALS)
}

/// The sort key of [`moment_totals`].
pub(super) const TOTALS: &str = "TOTALS";

/// The index partition of a member's own moments in an app. In the table, the partition of notes about them.
fn own(app_key: &AppKey, uuid: &Uuid) -> String {
    format!("OWN#{}#{uuid}", part(app_key))
}

/// The index key of a moment among its author's own.
pub fn own_moment(app_key: &AppKey, uuid: &Uuid, moment: MomentId) -> Key {
    Key::new(own(app_key, uuid), id(moment))
}

/// All of a member's own moments in the index, newest first.
pub fn own_moments(app_key: &AppKey, uuid: &Uuid) -> Range {
    Range::new(own(app_key, uuid), id(0_u64), id(LAST_ID)).in_order(true)
}

/// The moments that an author has deleted within the last minute.
pub fn gone_moments(app_key: &AppKey, uuid: &Uuid) -> Key {
    Key::new(own(app_key, uuid), "GONE")
}

/// A member's like of a moment.
pub fn like(app_key: &AppKey, moment: MomentId, uuid: &Uuid) -> Key {
    Key::new(likes(&part(app_key), moment), uuid.to_string())
}

/// The partition of the likes of a moment of an app, whose key is given as it is in other keys.
pub(super) fn likes(app: &str, moment: MomentId) -> String {
    format!("LIKE#{app}#{}", id(moment))
}

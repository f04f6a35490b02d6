//! Who follows whom, and who blocks whom, as adjacency lists in both directions.
//!
//! The relation of a member to another is one item, so a member cannot both follow and block another. A follow also
//! writes an item of the other member and raises a number of each, in one transaction.

mod entity;
mod read;
mod write;

pub use entity::{Counts, Merged};
pub(crate) use entity::{blocks_not, is_block};
pub use read::{Bond, List, blocked_among, bond, counts, counts_of, page};
pub(crate) use write::mark_merged;
pub use write::{NotFollowed, block, follow, unblock, unfollow};

pub use crate::id::{Block, Edge, Follow};
pub use crate::keys::ListFrom;

//! What is stored of relations.

use serde::{Deserialize, Serialize};

use crate::id::Uid;
use crate::stream;
use crate::table::{Condition, Error, when};

/// The relation of a member to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Relation {
    /// The other member.
    pub(super) other: Uid,
    /// The member blocks the other, and so does not follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) blocked: bool,
    /// The stamp with which the other was notified of the follow.
    #[serde(default, skip_serializing_if = "is_zero", rename = "told")]
    pub(super) stamp: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A fan of a member.
#[derive(Serialize, Deserialize)]
pub(super) struct Fan {
    pub(super) other: Uid,
}

/// How many members a member follows, and how many fans it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Fans.
    #[serde(default)]
    pub fans: u64,
    /// Members whom the member follows.
    #[serde(default)]
    pub follows: u64,
    /// Whether the member's weibos are merged into homes when the homes are read.
    #[serde(default)]
    pub merged: Option<Merged>,
}

/// Which homes name an author as merged into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merged {
    /// The homes of new fans.
    Begun,
    /// The homes of all fans.
    Everywhere,
}

/// The item does not say that its owner blocks the other.
pub(crate) fn blocks_not<E>(refusal: E) -> Condition<E> {
    when("attribute_not_exists(blocked)", refusal)
}

/// Whether an item of the stream says that its owner blocks the other.
pub(crate) fn is_block(item: serde_dynamo::Item) -> Result<bool, Error> {
    let relation: Relation = stream::entity(item)?;
    Ok(relation.blocked)
}

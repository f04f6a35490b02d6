//! The kinds of ids. Each is a type of its own, so that a call with ids in the wrong order does not compile.
//!
//! An id is stored and sent as what it wraps. [`crate::ids`] makes the numbers.

use std::fmt;
use std::num::ParseIntError;
use std::ops::Deref;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::sha256_hex;

/// Ids that are numbers below 2^53.
macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// Its number.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The time at which it was made, to the millisecond, if it contains a time.
            pub fn made_at(self) -> Timestamp {
                crate::ids::made_at(self.0)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    )+};
}

/// Ids that are texts.
macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id with this text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Its text.
            pub fn get(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.clone())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )+};
}

number_ids! {
    /// A member's number, in all three families.
    Uid;
    /// A weibo or a repost.
    WeiboId;
    /// A comment on a weibo.
    CommentId;
    /// A direct message.
    DirectMessageId;
    /// A tag of a member.
    TagId;
    /// The weibo or comment that mentions a member.
    MentionId;
}

impl From<WeiboId> for MentionId {
    fn from(id: WeiboId) -> Self {
        Self(id.0)
    }
}

impl From<CommentId> for MentionId {
    fn from(id: CommentId) -> Self {
        Self(id.0)
    }
}

impl Uid {
    /// A uid that no member has.
    pub const NOBODY: Self = Self(0);
}

/// A member who follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follow {
    /// Who follows.
    pub fan: Uid,
    /// Who is followed.
    pub member: Uid,
}

/// A member who blocks another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Who blocks.
    pub by: Uid,
    /// Who is blocked.
    pub of: Uid,
}

/// An edge of the graph of members, whether it is a [`Follow`], a [`Block`] or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Whose relation it is.
    pub from: Uid,
    /// To whom.
    pub to: Uid,
}

impl From<Follow> for Edge {
    fn from(Follow { fan, member }: Follow) -> Self {
        Self {
            from: fan,
            to: member,
        }
    }
}

impl From<Block> for Edge {
    fn from(Block { by, of }: Block) -> Self {
        Self { from: by, to: of }
    }
}

// What OkayAPI and QZone have besides members.

number_ids! {
    /// A message of an app. Roots answer the message 0, which does not exist.
    MessageId;
    /// A moment of an app.
    MomentId;
    /// A feed of QZone.
    FeedId;
    /// The place of a root in its thread: 1, 2, 3 …
    RootNumber;
}

impl RootNumber {
    /// The number of the next root.
    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The numbers from this one to `last`.
    pub(crate) fn to(self, last: Self) -> impl DoubleEndedIterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
}

/// Conversions from numbers to the ids that come from a sequence or the clock.
macro_rules! drawn_ids {
    ($($name:ident)+) => {$(
        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }
    )+};
}

drawn_ids!(MessageId MomentId FeedId);

text_ids! {
    /// `app_key`: an app of OkayAPI.
    AppKey;
    /// `oauth_consumer_key`: a consumer of QZone.
    ConsumerKey;
    /// `api_wb_akey`: the weibo app of the Xweibo site.
    SiteKey;
    /// A member in OkayAPI: 32 upper-case hex digits.
    Uuid;
    /// A member for one consumer of QZone: 32 upper-case hex digits.
    Openid;
    /// The SHA-256 of a login's token.
    TokenHash;
    /// The partition of a thread.
    Thread;
    /// A partition of moments.
    Partition;
}

impl TokenHash {
    /// The hash of `token`.
    pub fn of(token: &str) -> Self {
        sha256_hex(token).into()
    }
}

/// The values that identify a signed call of a consumer.
#[derive(Debug, Clone, Copy)]
pub struct Nonce<'a> {
    /// `oauth_consumer_key`.
    pub consumer: &'a ConsumerKey,
    /// `oauth_token`.
    pub token: &'a str,
    /// `oauth_timestamp`.
    pub timestamp: i64,
    /// `oauth_nonce`.
    pub nonce: &'a str,
}

//! The ids in the sample events. The demo data has all of them. What one event removes, no other
//! event needs.

/// A weibo of another member, with a comment by each of the two members.
pub const WEIBO: &str = "824901000000001";
/// The comment of its author.
pub const COMMENT: &str = "824902000000001";
/// A comment of the caller, to destroy.
pub const OWN_COMMENT: &str = "824903000000001";
/// A favourite of the caller, to remove.
pub const FAVORITE: &str = "824904000000001";
/// A weibo of the caller, to destroy.
pub const OWN_WEIBO: &str = "824905000000001";
/// A tag of the caller, to delete.
pub const TAG: &str = "824908000000001";
/// A direct message to the caller, to delete.
pub const DIRECT_MESSAGE: &str = "824910000000001";
/// A message with a reply.
pub const MESSAGE: &str = "1";
/// A moment of another member.
pub const MOMENT: &str = "1";
/// A moment of the caller, to delete.
pub const OWN_MOMENT: &str = "2";
/// The short link of `http://example.com/weiquan`.
pub const SHORT_LINK: &str = "TJQaE9bJ";
/// The username of a member whose password is changed.
pub const LEAVER: &str = "xiaolan";
/// A member who follows the caller.
pub const MEMBER: &str = "1692630323";
/// A member whom the caller follows, to unfollow.
pub const FOLLOWED: &str = "1700000002";
/// A member who follows the caller, to block.
pub const FAN: &str = "1700000003";
/// A member whom the caller blocks, to unblock.
pub const BLOCKED: &str = "1700000004";

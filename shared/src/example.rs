//! The ids that sample events name. The demo data has all of them, and what one event removes no other
//! needs.

/// A weibo of another member, with a comment of each of the two.
pub const WEIBO: &str = "824901000000001";
/// The comment of its author.
pub const COMMENT: &str = "824902000000001";
/// The caller's comment: to be destroyed.
pub const OWN_COMMENT: &str = "824903000000001";
/// A favourite of the caller: to be one no more.
pub const FAVORITE: &str = "824904000000001";
/// A weibo of the caller: to be destroyed.
pub const OWN_WEIBO: &str = "824905000000001";
/// A tag of the caller: to be deleted.
pub const TAG: &str = "824908000000001";
/// A direct message to the caller: to be deleted.
pub const DIRECT_MESSAGE: &str = "824910000000001";
/// A message with a reply.
pub const MESSAGE: &str = "1";
/// A moment of another member.
pub const MOMENT: &str = "1";
/// A moment of the caller: to be deleted.
pub const OWN_MOMENT: &str = "2";
/// A short link: that of `http://example.com/weiquan`.
pub const SHORT_LINK: &str = "TJQaE9bJ";
/// A member whose password is to be changed, by the name to log in with.
pub const LEAVER: &str = "xiaolan";
/// A member who follows the caller.
pub const MEMBER: &str = "1692630323";
/// A member whom the caller follows: to be followed no more.
pub const FOLLOWED: &str = "1700000002";
/// A member who follows the caller: to be blocked.
pub const FAN: &str = "1700000003";
/// A member whom the caller blocks: to be blocked no more.
pub const BLOCKED: &str = "1700000004";

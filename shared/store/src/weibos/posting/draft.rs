//! What a post is before and after it is stored.

use std::collections::BTreeSet;

use crate::id::{CommentId, Uid, WeiboId};
use crate::members::member::Mentions;
use crate::weibos::comment::Comment;
use crate::weibos::short_link::Link;
use crate::weibos::weibo::{Original, Weibo};

/// What a member wants to post.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The author.
    pub author: Uid,
    /// The text of the comments and the repost, with short links.
    pub text: String,
    /// The members that it mentions.
    pub mentions: Mentions,
    /// Its short links.
    pub links: Vec<Link>,
    /// The client with which it is posted.
    pub source: String,
    /// The weibo that it is about, which must exist.
    pub target: WeiboId,
    /// Whether a comment on the target is required. Else weibos in `comment_on` are left out if their authors block
    /// the author of this.
    pub needs_comment: bool,
    /// The weibos that get a comment. Those that do not exist are left out.
    pub comment_on: BTreeSet<WeiboId>,
    /// The weibo that is reposted.
    pub repost: Option<WeiboId>,
    /// The comment to reply to. It must be on the target.
    pub reply_to: Option<CommentId>,
}

impl Draft {
    /// A draft about `target` that posts nothing yet.
    pub fn about(target: WeiboId, text: &str) -> Self {
        Self {
            author: Uid::NOBODY,
            text: text.to_owned(),
            mentions: Mentions::new(),
            links: Vec::new(),
            source: String::new(),
            target,
            needs_comment: false,
            comment_on: BTreeSet::new(),
            repost: None,
            reply_to: None,
        }
    }
}

/// What was stored.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// The comment on [`Draft::target`], if one was wanted.
    pub comment: Option<Comment>,
    /// The repost.
    pub repost: Option<Repost>,
}

/// A repost with what it shows.
#[derive(Debug, Clone)]
pub struct Repost {
    /// The repost itself.
    pub weibo: Weibo,
    /// The weibo that it shows.
    pub original: Original,
}

/// Why nothing was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPosted {
    /// There is no such weibo, or no such comment on it.
    NoWeibo,
    /// The author of the weibo or of the comment blocks the author of this.
    Blocked,
}

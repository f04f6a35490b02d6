//! The objects of the answers (xweibo section 2).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Error;
use super::avatar::address as avatar;
use super::markup::html;
use super::picture::{Size, address};
use crate::Ctx;
use crate::clock::{relative, weibo_time};
use crate::ids::made_at;
use crate::store::client::Site;
use crate::store::member::{self, Member};
use crate::store::posting::Shown;
use crate::store::weibo::Weibo;
use crate::store::weibo_comment::Comment as StoredComment;

/// A weibo: `data`, `rt` and `wb` of the answers.
#[derive(Debug, Clone, Serialize)]
pub struct WeiboShape {
    id: String,
    cr: String,
    f: u8,
    s: String,
    tx: String,
    tp: Option<String>,
    mp: Option<String>,
    op: Option<String>,
    u: AuthorShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rt: Option<Box<WeiboShape>>,
}

/// Who wrote something: `u` of the answers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuthorShape {
    id: String,
    sn: String,
    p: String,
    v: u8,
    sina_v: u8,
}

impl AuthorShape {
    /// `author`, with the larger avatar of lists.
    pub fn new(ctx: &Ctx, author: &Member) -> Self {
        Self {
            id: author.uid.to_string(),
            sn: author.nick.clone(),
            p: avatar(ctx, author, 50),
            v: author.verified.into(),
            sina_v: author.site_verified.into(),
        }
    }
}

impl WeiboShape {
    /// `weibo` by `author`, as a caller sees it who has it among the favourites or not.
    pub fn new(ctx: &Ctx, weibo: &Weibo, author: &Member, favourite: bool) -> Self {
        let picture = |size| weibo.pic.as_deref().map(|pid| address(ctx, pid, size));
        Self {
            id: weibo.id.to_string(),
            cr: weibo_time(made_at(weibo.id)),
            f: favourite.into(),
            s: weibo.source.clone(),
            tx: weibo.text.clone(),
            tp: picture(Size::Thumbnail),
            mp: picture(Size::Middle),
            op: picture(Size::Large),
            u: AuthorShape::new(ctx, author),
            deleted: None,
            rt: None,
        }
    }

    /// The same as a repost that shows `shown`, by one of `authors`.
    pub(super) fn showing(
        self,
        ctx: &Ctx,
        shown: &Shown,
        authors: &BTreeMap<u64, Arc<Member>>,
    ) -> Self {
        let root = shown.weibo.as_ref().and_then(|weibo| {
            let author = authors.get(&weibo.uid)?;
            Some(Self::new(ctx, weibo, author, shown.favorite))
        });
        let rt = root.unwrap_or_else(|| Self::destroyed(shown.id));
        Self {
            rt: Some(Box::new(rt)),
            ..self
        }
    }

    /// What is left of a weibo that was destroyed, inside its reposts.
    fn destroyed(id: u64) -> Self {
        Self {
            id: id.to_string(),
            cr: String::new(),
            f: 0,
            s: String::new(),
            tx: "此微博已被原作者删除。".to_owned(),
            tp: None,
            mp: None,
            op: None,
            u: AuthorShape::default(),
            deleted: Some(1),
            rt: None,
        }
    }
}

/// `weibo` by `author`, showing `shown` as its `rt`.
pub async fn repost(
    ctx: &Ctx,
    weibo: &Weibo,
    author: &Member,
    shown: &Shown,
) -> Result<WeiboShape, Error> {
    let uid = shown.weibo.as_ref().map(|weibo| weibo.uid);
    let authors = member::authors(ctx, uid).await?;
    Ok(WeiboShape::new(ctx, weibo, author, false).showing(ctx, shown, &authors))
}

/// A comment of the answers.
#[derive(Debug, Serialize)]
pub struct Comment {
    id: String,
    create_at: String,
    text: String,
    nick: String,
    uid: String,
    #[serde(rename = "profileImg")]
    profile_img: String,
    /// The same, as the document's own printing has it (section 7.3).
    profileimg: String,
    sina_v: u8,
    /// What front ends of 2.x read in its place.
    user: Speaker,
}

/// Who wrote a comment, as 2.x has it.
#[derive(Debug, Serialize)]
struct Speaker {
    v: u8,
    verified: u8,
    site_v: u8,
    verified_html: &'static str,
    #[serde(rename = "profileUrl")]
    profile_url: String,
}

impl Comment {
    /// `comment` by `author`, with the avatar of `type`: 2 is the larger one.
    pub fn new(
        ctx: &Ctx,
        site: &Site,
        comment: &StoredComment,
        author: &Member,
        kind: &str,
    ) -> Self {
        let avatar = avatar(ctx, author, if kind == "2" { 50 } else { 30 });
        let pages = site.pages.as_deref().unwrap_or_default();
        Self {
            id: comment.id.to_string(),
            create_at: relative(made_at(comment.id), ctx.now()),
            text: html(&comment.text, &comment.mentions, pages),
            nick: author.nick.clone(),
            uid: author.uid.to_string(),
            profile_img: avatar.clone(),
            profileimg: avatar,
            sina_v: author.site_verified.into(),
            user: Speaker {
                v: author.verified.into(),
                verified: author.verified.into(),
                site_v: author.site_verified.into(),
                verified_html: "",
                profile_url: format!("{pages}index.php?m=ta&id={}", author.uid),
            },
        }
    }
}

/// `rst` of a list of comments: `0`, `1`, … then `total` and `limit`.
#[derive(Debug)]
pub struct CommentList {
    /// The page.
    pub comments: Vec<Comment>,
    /// All comments.
    pub total: u64,
    /// How many a page holds.
    pub limit: u64,
}

impl Serialize for CommentList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.comments.len() + 2))?;
        for (place, comment) in self.comments.iter().enumerate() {
            map.serialize_entry(&place.to_string(), comment)?;
        }
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("limit", &self.limit)?;
        map.end()
    }
}

/// `& < > "` as HTML has them (section 7.29).
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

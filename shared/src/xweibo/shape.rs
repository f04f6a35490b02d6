//! The objects of the answers (xweibo section 2).

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Error;
use crate::Ctx;
use crate::clock::{relative, weibo_time};
use crate::form::percent_encode;
use crate::ids::made_at;
use crate::store::member::{self, Member};
use crate::store::posting::Shown;
use crate::store::weibo::Weibo;
use crate::store::weibo_comment::Comment as StoredComment;

/// A weibo: `data`, `rt` and `wb` of the answers.
#[derive(Debug, Serialize)]
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
}

#[derive(Debug, Default, Serialize)]
struct AuthorShape {
    id: String,
    sn: String,
    p: String,
    v: u8,
    sina_v: u8,
}

/// The sizes of a weibo's picture, by their names in its address (xweibo section 7.41).
#[derive(Debug, Clone, Copy)]
enum Picture {
    Thumbnail,
    Middle,
    Large,
}

impl WeiboShape {
    /// `weibo` by `author`, as a caller sees it who has it among the favourites or not.
    pub fn new(weibo: &Weibo, author: &Member, favourite: bool) -> Self {
        let picture = |size| weibo.pic.as_deref().map(|pid| picture_url(pid, size));
        Self {
            id: weibo.id.to_string(),
            cr: weibo_time(made_at(weibo.id)),
            f: favourite.into(),
            s: weibo.source.clone(),
            tx: weibo.text.clone(),
            tp: picture(Picture::Thumbnail),
            mp: picture(Picture::Middle),
            op: picture(Picture::Large),
            u: AuthorShape {
                id: author.uid.to_string(),
                sn: author.nick.clone(),
                p: avatar_url(author.uid, 50),
                v: author.verified.into(),
                sina_v: author.site_verified.into(),
            },
            deleted: None,
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
        }
    }
}

/// A repost: a weibo with the one that it shows.
#[derive(Debug, Serialize)]
pub struct Repost {
    #[serde(flatten)]
    weibo: WeiboShape,
    rt: WeiboShape,
}

impl Repost {
    /// `weibo` by `author`, showing `shown`.
    pub async fn new(
        ctx: &Ctx,
        weibo: &Weibo,
        author: &Member,
        shown: &Shown,
    ) -> Result<Self, Error> {
        let uid = shown.weibo.as_ref().map(|weibo| weibo.uid);
        let authors = member::authors(ctx, uid).await?;
        let rt = match &shown.weibo {
            Some(weibo) => authors
                .get(&weibo.uid)
                .map(|author| WeiboShape::new(weibo, author, shown.favorite)),
            None => None,
        };
        Ok(Self {
            weibo: WeiboShape::new(weibo, author, false),
            rt: rt.unwrap_or_else(|| WeiboShape::destroyed(shown.id)),
        })
    }
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
}

impl Comment {
    /// `comment` by `author` at `now`, with the avatar of `type`: 2 is the larger one.
    pub fn new(comment: &StoredComment, author: &Member, now: Timestamp, kind: &str) -> Self {
        let avatar = avatar_url(author.uid, if kind == "2" { 50 } else { 30 });
        Self {
            id: comment.id.to_string(),
            create_at: relative(made_at(comment.id), now),
            text: escape(&comment.text),
            nick: author.nick.clone(),
            uid: author.uid.to_string(),
            profile_img: avatar.clone(),
            profileimg: avatar,
            sina_v: author.site_verified.into(),
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
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `http://tp1.sinaimg.cn/<uid>/50/0/0`: the form in which clients look for the size.
fn avatar_url(uid: u64, size: u32) -> String {
    format!("http://tp{}.sinaimg.cn/{uid}/{size}/0/0", uid % 4 + 1)
}

fn picture_url(pid: &str, size: Picture) -> String {
    let size = match size {
        Picture::Thumbnail => "thumbnail",
        Picture::Middle => "bmiddle",
        Picture::Large => "large",
    };
    let server = pid.bytes().map(u32::from).sum::<u32>() % 4 + 1;
    format!(
        "http://ww{server}.sinaimg.cn/{size}/{}.jpg",
        percent_encode(pid)
    )
}

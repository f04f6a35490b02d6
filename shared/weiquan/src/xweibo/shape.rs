//! The objects of the answers (xweibo section 2).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::avatar::address as avatar;
use super::error::Error;
use super::input::AvatarSize;
use super::markup::html;
use super::picture::{Size, address};
use crate::Ctx;
use crate::schema::{Answer, Field, Schema};
use weiquan_store::clients::Site;
use weiquan_store::clock::{relative, weibo_time};
use weiquan_store::id::{Uid, WeiboId};
use weiquan_store::members::member::{self, Member};
use weiquan_store::weibos::comment::Comment as StoredComment;
use weiquan_store::weibos::posting::Repost;
use weiquan_store::weibos::weibo::{Original, Weibo};

/// A weibo: `data`, `rt` and `wb` of the answers.
#[derive(Debug, Clone, Serialize, Answer)]
pub struct WeiboShape {
    /// Its id.
    id: String,
    /// When it was published, such as `Thu Dec 09 00:34:00 +0800 2010`.
    #[serde(rename = "cr")]
    created_at: String,
    /// 1 where it is a favourite of the caller's.
    #[serde(rename = "f")]
    is_favorite: u8,
    /// What it was published with.
    #[serde(rename = "s")]
    source: String,
    /// The text.
    #[serde(rename = "tx")]
    text: String,
    /// The address of its picture that fits 120 by 120 pixels.
    #[serde(rename = "tp")]
    thumbnail: Option<String>,
    /// The same of at most 440 pixels in width.
    #[serde(rename = "mp")]
    middle_picture: Option<String>,
    /// The same as it was uploaded.
    #[serde(rename = "op")]
    original_picture: Option<String>,
    /// Who wrote it.
    #[serde(rename = "u")]
    author: AuthorShape,
    /// 1 where it was destroyed, of what a repost shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<u8>,
    /// The weibo that it reposts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[answer(schema = Schema::Reference("WeiboShape"))]
    #[serde(rename = "rt")]
    reposted: Option<Box<WeiboShape>>,
}

/// Who wrote something: `u` of the answers.
#[derive(Debug, Clone, Default, Serialize, Answer)]
pub struct AuthorShape {
    /// The uid.
    id: String,
    /// The nick.
    #[serde(rename = "sn")]
    nick: String,
    /// The address of the picture.
    #[serde(rename = "p")]
    picture: String,
    /// 1 where the member is verified.
    #[serde(rename = "v")]
    is_verified: u8,
    /// 1 where the site says that the member is verified.
    sina_v: u8,
}

impl AuthorShape {
    /// `author`, with the larger avatar of lists.
    pub fn new(ctx: &Ctx, author: &Member) -> Self {
        Self {
            id: author.uid.to_string(),
            nick: author.nick.clone(),
            picture: avatar(ctx, author, 50),
            is_verified: author.verified.into(),
            sina_v: author.site_verified.into(),
        }
    }
}

impl WeiboShape {
    /// `weibo` by `author`. `favourite` says whether the caller has it among the favourites.
    pub fn new(ctx: &Ctx, weibo: &Weibo, author: &Member, favourite: bool) -> Self {
        let picture = |size| weibo.pic.as_deref().map(|pid| address(ctx, pid, size));
        Self {
            id: weibo.id.to_string(),
            created_at: weibo_time(weibo.id.made_at()),
            is_favorite: favourite.into(),
            source: weibo.source.clone(),
            text: weibo.text.clone(),
            thumbnail: picture(Size::Thumbnail),
            middle_picture: picture(Size::Middle),
            original_picture: picture(Size::Large),
            author: AuthorShape::new(ctx, author),
            deleted: None,
            reposted: None,
        }
    }

    /// The same weibo as a repost that shows `original`, by one of `authors`.
    pub(super) fn showing(
        self,
        ctx: &Ctx,
        original: &Original,
        authors: &BTreeMap<Uid, Arc<Member>>,
    ) -> Self {
        let root = original.weibo.as_ref().and_then(|weibo| {
            let author = authors.get(&weibo.uid)?;
            Some(Self::new(ctx, weibo, author, original.favorite))
        });
        let reposted = root.unwrap_or_else(|| Self::destroyed(original.id));
        Self {
            reposted: Some(Box::new(reposted)),
            ..self
        }
    }

    /// What is left of a destroyed weibo, inside its reposts.
    fn destroyed(id: WeiboId) -> Self {
        Self {
            id: id.to_string(),
            created_at: String::new(),
            is_favorite: 0,
            source: String::new(),
            text: "此微博已被原作者删除。".to_owned(),
            thumbnail: None,
            middle_picture: None,
            original_picture: None,
            author: AuthorShape::default(),
            deleted: Some(1),
            reposted: None,
        }
    }
}

/// `repost` by `author`, with what it shows as its `rt`.
pub async fn repost(ctx: &Ctx, repost: &Repost, author: &Member) -> Result<WeiboShape, Error> {
    let Repost { weibo, original } = repost;
    let uid = original.weibo.as_ref().map(|weibo| weibo.uid);
    let authors = member::authors(&ctx.store, uid).await?;
    Ok(WeiboShape::new(ctx, weibo, author, false).showing(ctx, original, &authors))
}

/// A comment of the answers.
#[derive(Debug, Serialize, Answer)]
pub struct Comment {
    /// Its id.
    id: String,
    /// When it was written, such as `1分钟前`.
    create_at: String,
    /// The text as HTML.
    text: String,
    /// The author's nick.
    nick: String,
    /// The author's uid.
    uid: String,
    /// The address of the author's picture.
    #[serde(rename = "profileImg")]
    profile_img: String,
    /// The same, as the document prints it (xweibo section 7.3).
    profileimg: String,
    /// 1 where the site says that the author is verified.
    sina_v: u8,
    /// The author, as front ends of 2.x read it.
    user: Speaker,
}

/// Who wrote a comment, as 2.x has it.
#[derive(Debug, Serialize, Answer)]
struct Speaker {
    /// 1 where the author is verified.
    v: u8,
    /// The same.
    verified: u8,
    /// 1 where the site says that the author is verified.
    site_v: u8,
    /// Empty.
    verified_html: &'static str,
    /// The address of the author's page.
    #[serde(rename = "profileUrl")]
    profile_url: String,
}

impl Comment {
    /// `comment` by `author`, with the avatar in the given size.
    pub fn new(
        ctx: &Ctx,
        site: &Site,
        comment: &StoredComment,
        author: &Member,
        size: AvatarSize,
    ) -> Self {
        let avatar = avatar(ctx, author, size.pixels());
        let pages = site.pages.as_deref().unwrap_or_default();
        Self {
            id: comment.id.to_string(),
            create_at: relative(comment.id.made_at(), ctx.now()),
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
    /// The number of all comments.
    pub total: u64,
    /// How many a page holds.
    pub limit: u64,
}

impl Answer for CommentList {
    const SCHEMA: Schema = Schema::Object {
        name: "CommentList",
        fields: &[
            Field {
                optional: true,
                ..Field::new(
                    Field::NUMBERED,
                    "The comments of the page: `0`, `1` and so on",
                    Comment::SCHEMA,
                )
            },
            Field::new(
                "total",
                "How many comments there are in all",
                Schema::Integer,
            ),
            Field::new("limit", "How many a page holds", Schema::Integer),
        ],
    };
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

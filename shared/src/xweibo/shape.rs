//! The objects of the answers (xweibo section 2).

use serde::Serialize;

use crate::clock::weibo_time;
use crate::form::percent_encode;
use crate::ids::made_at;
use crate::store::member::Member;
use crate::store::weibo::Weibo;

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
}

#[derive(Debug, Serialize)]
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
        }
    }
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

//! Comments and weibos as answers show them.

use serde_json::Value;

use crate::support::who::{BAI, Who};
use crate::support::world::World;
use crate::support::xweibo::acts::{act, id, no_avatar, rst};

pub const DESTROYED: &str = r#"{"total":null}"#;

/// A page of a weibo's comments.
pub async fn comments(world: &World, weibo: &str, more: &[(&str, &str)]) -> Value {
    let params = [&[("id", weibo)][..], more].concat();
    rst(&act(world, BAI, "getComments", &params).await)
}

/// The ids on a page, which holds nothing else but `total` and `limit`.
#[track_caller]
pub fn comment_ids(page: &Value) -> Vec<String> {
    let count = page.as_object().unwrap().len() - 2;
    assert!(page["total"].is_u64() && page["limit"].is_u64(), "{page}");
    (0..count).map(|n| id(&page[n.to_string()])).collect()
}

/// How many comments and reposts a weibo has.
pub async fn counts(world: &World, weibo: &str) -> Value {
    rst(&act(world, BAI, "getCounts", &[("ids", weibo)]).await)[weibo].take()
}

/// All comments of a weibo, page by page.
pub async fn walk_comments(world: &World, weibo: &str, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    for page in 1.. {
        let (page, limit) = (page.to_string(), count.to_string());
        let answer = comments(world, weibo, &[("page", &*page), ("count", &*limit)]).await;
        assert_eq!(answer["limit"], count);
        let found = comment_ids(&answer);
        let is_last = found.len() < count;
        all.extend(found);
        if is_last {
            assert_eq!(answer["total"], all.len());
            return all;
        }
    }
    all
}

/// A fresh comment with a small avatar, as answers show it.
pub fn comment_json(world: &World, who: Who, id: &str, text: &str) -> String {
    let member = world.member(who);
    let (nick, uid, avatar) = (&member.nick, member.uid, no_avatar(world, who, 30));
    format!(
        r#"{{"id":"{id}","create_at":"1秒前","text":"{text}","nick":"{nick}","uid":"{uid}","profileImg":"{avatar}","profileimg":"{avatar}","sina_v":0,"user":{{"v":0,"verified":0,"site_v":0,"verified_html":"","profileUrl":"index.php?m=ta&id={uid}"}}}}"#
    )
}

/// A weibo of a world's first second that is nobody's favourite, as answers show it; `rt` is what
/// it reposts.
pub fn weibo_json(world: &World, who: Who, id: &str, text: &str, rt: Option<&str>) -> String {
    let member = world.member(who);
    let (nick, uid, avatar) = (&member.nick, member.uid, no_avatar(world, who, 50));
    let rt = rt.map_or_else(String::new, |rt| format!(r#","rt":{rt}"#));
    format!(
        r#"{{"id":"{id}","cr":"Mon Jun 01 12:00:00 +0800 2026","f":0,"s":"Xweibo","tx":"{text}","tp":null,"mp":null,"op":null,"u":{{"id":"{uid}","sn":"{nick}","p":"{avatar}","v":0,"sina_v":0}}{rt}}}"#
    )
}

/// What stands for a destroyed weibo in its reposts.
pub fn destroyed_json(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","cr":"","f":0,"s":"","tx":"此微博已被原作者删除。","tp":null,"mp":null,"op":null,"u":{{"id":"","sn":"","p":"","v":0,"sina_v":0}},"deleted":1}}"#
    )
}

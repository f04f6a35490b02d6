//! What operations say of ids and names that are none, or of something else: nothing changes, whatever else is asked for.

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World};

/// What an operation says where there is no id, and of one that names nothing.
type Answers = [Failure; 2];
const SHOW: Answers = [PARAM_EMPTY, UNKNOWN_WEIBO];
const COMMENTS: Answers = [NULL_ID, NO_WEIBO];
const ADDED: Answers = [(1_020_700, "50001:Error: system error!"); 2];
const DELETED: Answers = [(1_020_701, GONE); 2];
const DESTROY: Answers = [(1_020_300, NULL), (1_020_301, GONE)];
const REPOST: Answers = [(1_020_200, NULL), UNKNOWN_WEIBO];
const REPLY: Answers = [(1_020_500, NULL), REPLY_GONE];
const REPLY_TO: Answers = [(1_020_501, NULL_CID), REPLY_GONE];
const REMOVE: Answers = [(1_020_600, NULL_CID), NOT_OWN_COMMENT];
const MESSAGE: Answers = [(1_020_903, NOT_OWN_MESSAGE), MESSAGE_GONE];
const TAG: Answers = [(1_021_502, "40027:Error: tags parameter is null!"); 2];

const NULL: &str = "40016:Error: weibo id is null!";
const GONE: &str = "40031:Error: target weibo does not exist!";
const NULL_CID: &str = "40020:Error: comment id is null!";
const NOT_OWN_MESSAGE: &str = "40021:Error: not your own direct message!";

/// What an operation says of a number that is no member's, and of a nick that is none.
const MEMBER: Answers = [NO_MEMBER; 2];
const UNFOLLOW: Answers = [(1_020_802, "40028:fuid错误"), (1_020_803, "40028:fuid错误")];
const UNKNOWN_UID: Failure = (1_020_801, "40028:fuid错误");
const TARGET: Answers = [(1_021_200, NO_TARGET); 2];
const NO_TARGET: &str = "40026:Error: please input right target user id (or screen_name)!";

/// What no id is.
const HUGE: &str = "99999999999999999999";
const NO_IDS: [&str; 7] = ["1", "0", "-1", "abc", "<script>", "dogstar", HUGE];

#[tokio::test]
async fn what_is_not_there_is_refused_by_every_operation() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, "哈哈").await;
    let cid = comment(&world, BAI, &weibo, "看").await;
    let removed = comment(&world, BAI, &weibo, "删").await;
    let elsewhere = publish(&world, BAI, "别的").await;
    let elsewhere = comment(&world, BAI, &elsewhere, "看").await;
    let gone = publish(&world, BAI, "没了").await;
    let below = comment(&world, STAR, &gone, "看").await;
    let reply = act(&world, BAI, "createTags", &[("tagName", "书,电影")]).await;
    let tags = [0, 1].map(|at| accepted(&reply)[at]["tagid"].as_str().unwrap().to_owned());
    follow(&world, STAR, BAI).await;
    for text in ["一", "二"] {
        message(&world, BAI, STAR, text).await;
    }
    let sent = messages(&world, BAI).await;
    for (name, param, id) in [
        ("comment_destroy", "id", &removed),
        ("destroy", "id", &gone),
        ("deleteDirectMessage", "id", &sent[1]),
        ("deleteTags", "tag_id", &tags[1]),
    ] {
        rst(&act(&world, BAI, name, &[(param, id.as_str())]).await);
    }
    // What there is of each kind, and what was there.
    let (weibos, comments) = ([&weibo, &gone], [&cid, &removed]);
    let [sent, tags] = [&sent, &tags[..]].map(|both| [&both[0], &both[1]]);
    let there = [weibos, comments, sent, tags].map(|[there, _]| there);
    let [text, forward] = [("text", "好"), ("forward", "1")];
    let forwarded = [text, ("cid", &*cid), forward];
    let on_weibo = [text, ("id", &*weibo)];
    for (operation, [own, gone], others, [null, unknown]) in [
        ("show id", weibos, &[][..], SHOW),
        ("destroy id", weibos, &[], DESTROY),
        ("getComments id", weibos, &[], COMMENTS),
        ("createFavorite id", weibos, &[], ADDED),
        ("deleteFavorite id", weibos, &[], DELETED),
        ("repost id", weibos, &[text, ("rtids", &weibo)], REPOST),
        // Comment and weibo come together or not at all.
        ("comment id", weibos, &[text], COMMENTS),
        ("comment id", weibos, &forwarded, COMMENTS),
        ("reply id", weibos, &forwarded[..2], REPLY),
        ("reply id", weibos, &forwarded, REPLY),
        ("reply cid", comments, &on_weibo, REPLY_TO),
        ("comment_destroy id", comments, &[], REMOVE),
        ("deleteDirectMessage id", sent, &[], MESSAGE),
        ("deleteTags tag_id", tags, &[], TAG),
    ] {
        let (name, param) = operation.split_once(' ').unwrap();
        assert_refused(&world, BAI, name, others, null).await;
        let params = [&[(param, "")], others].concat();
        assert_refused(&world, BAI, name, &params, null).await;
        let (not_number, both) = (format!("{own}x"), format!("{own},{own}"));
        let mut ids = [&NO_IDS[..], &[&*not_number, gone]].concat();
        ids.extend(there.iter().filter(|id| **id != own).map(|id| id.as_str()));
        if name == "reply" {
            ids.extend([&*below, &elsewhere]);
        }
        // Some take several.
        ids.extend((name != "comment_destroy").then_some(&*both));
        for id in ids {
            let params = [&[(param, id)], others].concat();
            assert_refused(&world, BAI, name, &params, unknown).await;
        }
    }
    let both = [("id", &*gone), ("cid", &below), text];
    assert_refused(&world, BAI, "reply", &both, REPLY_GONE).await;
}

#[tokio::test]
async fn whoever_is_not_there_is_refused_by_every_operation() {
    let world = World::new().await;
    let weibo = publish(&world, STAR, "哈哈").await;
    for who in BOTH {
        follow(&world, who, who.other()).await;
    }
    let star = uid(&world, STAR);
    let (not_number, long) = (format!("{star}x"), "汉".repeat(200));
    // Among them the site's number and a weibo's.
    let ids = [&NO_IDS[..], &["10001", &weibo, &not_number]].concat();
    let names = ["nobody", "10001", "<script>", "dogstar,", &star, &long];
    let nothing: &[(&str, &str)] = &[];
    let fan = &[("is_follower", "1")][..];
    let (message, to_star) = (&[("text", "好")][..], [("t_id", &*star)]);
    for (operation, others, [no_id, no_name]) in [
        ("userTimeline id name", nothing, MEMBER),
        ("friends id name", nothing, MEMBER),
        ("followers id name", nothing, MEMBER),
        ("getTags id name", nothing, MEMBER),
        ("getTags uid name", nothing, MEMBER),
        ("createBlocks id name", nothing, MEMBER),
        ("deleteFriendship id name", nothing, UNFOLLOW),
        ("deleteFriendship id name", fan, UNFOLLOW),
        ("friendship t_id t_name", nothing, TARGET),
        ("friendship t_id t_name", &[("s_name", "小白")], TARGET),
        ("friendship s_id s_name", &to_star, TARGET),
        ("sendDirectMessage id name", message, [NO_FAN; 2]),
    ] {
        let words: Vec<_> = operation.split(' ').collect();
        let [name, id, nick] = words[..] else {
            panic!("{operation}");
        };
        for value in &ids {
            // The number counts, though the nick names somebody.
            for other in ["", "dogstar"] {
                let params = [&[(id, *value), (nick, other)], others].concat();
                assert_refused(&world, BAI, name, &params, no_id).await;
            }
        }
        for value in names {
            let params = [&[(id, " "), (nick, value)], others].concat();
            assert_refused(&world, BAI, name, &params, no_name).await;
        }
    }
    for (kind, values) in [("0", &ids[..]), ("1", &names)] {
        for value in values.iter().chain(&["nobody,nobody"]) {
            let params = [("uid", *value), ("type", kind)];
            assert_refused(&world, BAI, "createFriendship", &params, UNKNOWN_UID).await;
        }
    }
    // Not even a block of whoever the nick names is taken back.
    block(&world, BAI, STAR).await;
    for value in ids {
        let params = [("id", value), ("name", "dogstar")];
        assert_idle(&world, BAI, "deleteBlocks", &params).await;
    }
    for value in names {
        assert_idle(&world, BAI, "deleteBlocks", &[("name", value)]).await;
    }
}

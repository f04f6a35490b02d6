//! Xweibo `createFriendship`, `deleteFriendship` and `friendship` (xweibo sections 5.2.1 to 5.2.3,
//! 7.15 to 7.18 and 7.32), and what the tests of relations between members share.

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, STAR, World};

const SELF: Failure = (1020800, "40028:添加关注操作失败");
const UNKNOWN: Failure = (1020801, "40028:fuid错误");
const NO_ID: Failure = (1020802, "40028:fuid错误");
const NO_TARGET: Failure = (
    1021200,
    "40026:Error: please input right target user id (or screen_name)!",
);

#[tokio::test]
async fn a_follow_is_made_once_and_ended_once() {
    let world = World::new().await;
    let uid = BOTH.map(|who| person(&world, who).uid);
    assert_eq!(edges(&world).await, [false, false]);
    for (who, then) in [(BAI, [true, false]), (STAR, [true, true])] {
        follow(&world, who, who.other()).await;
        assert_eq!(edges(&world).await, then);
        let params = [("uid", &**who.other().of(&uid))];
        assert_refused(&world, who, "createFriendship", &params, ALREADY).await;
    }
    let params = [("id", &*uid[1])];
    unfollow(&world, BAI, STAR).await;
    assert_eq!(edges(&world).await, [false, true]);
    assert_idle(&world, BAI, "deleteFriendship", &params).await;
    follow(&world, BAI, STAR).await;

    // A fan is removed, and goes on being followed.
    let fan = [("id", &*uid[1]), ("is_follower", "1")];
    done(&world, BAI, "deleteFriendship", &fan).await;
    assert_eq!(edges(&world).await, [true, false]);
    assert_idle(&world, BAI, "deleteFriendship", &fan).await;
    follow(&world, STAR, BAI).await;
    assert_eq!(edges(&world).await, [true, true]);

    for is_follower in ["", "0", "1"] {
        let oneself = [("id", &*uid[0]), ("is_follower", is_follower)];
        assert_idle(&world, BAI, "deleteFriendship", &oneself).await;
    }
    assert_eq!(edges(&world).await, [true, true]);
}

#[tokio::test]
async fn members_are_named_by_number_or_nick() {
    let world = World::new().await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    // Somebody whose nick is the number of another.
    let odd = member_with(&world, 9_000_000_000, &second.uid).await;
    let uid = second.uid.as_str();
    let (blanks, doubles) = (format!(" {uid}\t"), format!(", {uid},,{uid} ,"));
    for (made, kind, id, name) in [
        (uid, "", uid, ""),
        (uid, "0", &*blanks, ""),
        (&*blanks, "0", "", "dogstar"),
        (&*doubles, "", " ", "DogStar"),
        ("dogstar", "1", "", "ｄｏｇＳＴＡＲ"),
        ("DOGstar", "1", "", " dogstar "),
        ("ｄｏｇＳＴＡＲ", "1", uid, "小白"),
        (" dogstar ", "1", uid, "nobody"),
    ] {
        let params = [("uid", made), ("type", kind)];
        done(&world, BAI, "createFriendship", &params).await;
        assert_eq!(edges(&world).await, [true, false], "{params:?}");
        assert_refused(&world, BAI, "createFriendship", &params, ALREADY).await;
        follow(&world, STAR, BAI).await;
        let params = [("id", id), ("name", name)];
        done(&world, BAI, "deleteFriendship", &params).await;
        assert_eq!(edges(&world).await, [false, true], "{params:?}");
        let params = [&params[..], &[("is_follower", "1")]].concat();
        done(&world, BAI, "deleteFriendship", &params).await;
        assert_eq!(edges(&world).await, [false, false], "{params:?}");
    }

    let by_nick = [("uid", uid), ("type", "1")];
    done(&world, BAI, "createFriendship", &by_nick).await;
    assert!(is_following(&world, &first, &odd).await);
    assert!(!is_following(&world, &first, &second).await);
    assert_idle(&world, BAI, "deleteFriendship", &[("id", uid)]).await;
    follow(&world, BAI, STAR).await;
    done(&world, BAI, "deleteFriendship", &[("name", uid)]).await;
    assert!(!is_following(&world, &first, &odd).await);
    assert!(is_following(&world, &first, &second).await);
}

#[tokio::test]
async fn every_refusal_has_its_number() {
    let world = World::new().await;
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    let [own, other] = BOTH.map(|who| person(&world, who).uid);
    let (blanks, doubles) = (format!(" {own} "), format!(",{own},, {own}"));
    let cases = [
        ("", "", SELF),
        (" ", "0", SELF),
        (" , ,,", "0", SELF),
        ("", "1", SELF),
        (" ", "1", SELF),
        (&*own, "", SELF),
        (&*blanks, "0", SELF),
        (&*doubles, "0", SELF),
        ("小白", "1", SELF),
        (" 小白", "1", SELF),
        ("dogstar,小白", "1", UNKNOWN),
        (",", "1", UNKNOWN),
    ];
    assert_refused(&world, BAI, "createFriendship", &[], SELF).await;
    for (uid, kind, failure) in cases {
        let params = [("uid", uid), ("type", kind)];
        assert_refused(&world, BAI, "createFriendship", &params, failure).await;
    }

    assert_refused(&world, BAI, "deleteFriendship", &[], NO_ID).await;
    assert_refused(&world, BAI, "friendship", &[], NO_TARGET).await;
    for blank in ["", " "] {
        for is_follower in ["0", "1"] {
            let params = [("id", blank), ("name", blank), ("is_follower", is_follower)];
            assert_refused(&world, BAI, "deleteFriendship", &params, NO_ID).await;
        }
        // A source that is not named is the caller.
        for source in [("s_name", blank), ("s_name", "小白")] {
            let target = [("t_id", blank), ("t_name", blank), source];
            assert_refused(&world, BAI, "friendship", &target, NO_TARGET).await;
        }
        let source = [("t_id", &*other), ("s_id", blank), ("s_name", blank)];
        done(&world, BAI, "friendship", &source).await;
    }
}

#[tokio::test]
async fn of_several_members_all_that_may_be_are_followed() {
    let world = World::new().await;
    let [own, blocker] = BOTH.map(|who| person(&world, who));
    let people = crowd(&world, 9).await;
    done(&world, STAR, "createBlocks", &[("id", &*own.uid)]).await;
    let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|at| people[at].uid.as_str());
    let mut followed = 2;
    let uids = format!(" {b},,{a} , {b},");
    done(&world, BAI, "createFriendship", &[("uid", &*uids)]).await;
    assert_lists(&world, "friends", &own, &people[..followed]).await;
    // Who stands in nobody's way, and who does: before what succeeds, and behind it.
    for (uids, failure) in [
        (format!("{a},{c}"), None),
        (format!("1,{d},nobody"), Some(FOLLOW_FAILED)),
        (format!("{e}, ,{}", own.uid), None),
        (format!("{},{f}", blocker.uid), Some(FOLLOW_FAILED)),
    ] {
        let params = [("uid", &*uids)];
        let reply = act(&world, BAI, "createFriendship", &params).await;
        match failure {
            Some(failure) => refused(&reply, failure),
            None => assert_rst(&reply, "true"),
        }
        followed += 1;
        assert_lists(&world, "friends", &own, &people[..followed]).await;
        // Once more nobody is new.
        let again = failure.unwrap_or(ALREADY);
        assert_refused(&world, BAI, "createFriendship", &params, again).await;
    }
    let nobodies: Vec<_> = (1..=99).map(|number| number.to_string()).collect();
    let nobodies = nobodies.join(",");
    let [g, h] = [6, 7].map(|at| people[at].uid.as_str());
    // One hundred, some of them twice; then one more.
    let uids = format!("{nobodies},{g}, ,1,2,{g}");
    let reply = act(&world, BAI, "createFriendship", &[("uid", &*uids)]).await;
    refused(&reply, FOLLOW_FAILED);
    assert_lists(&world, "friends", &own, &people[..7]).await;
    for uids in [
        format!("{h},{nobodies},100"),
        format!("{nobodies},{h},{}", people[8].uid),
    ] {
        let params = [("uid", &*uids)];
        assert_refused(&world, BAI, "createFriendship", &params, PARAM_TOO_LONG).await;
    }
}

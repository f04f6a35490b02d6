//! Xweibo `createFriendship`, `deleteFriendship` and `friendship` (xweibo sections 5.2.1 to 5.2.3,
//! 7.15 to 7.18 and 7.32), and what the tests of relations between members share.

use weiquan_store::members::member::{self, Member};

use crate::world::{Reply, World};
use crate::xweibo_access::change_member;
use crate::xweibo_calls::{Failure, refused};
use crate::xweibo_favorites::{
    SILENCED, act, addresses, assert_guarded, assert_needs_an_author, assert_refused, assert_rst,
    call_as, publish, reach, rst,
};
use crate::xweibo_people::assert_lists;

const SELF: Failure = (1020800, "40028:添加关注操作失败");
const UNKNOWN: Failure = (1020801, "40028:fuid错误");
const NO_ID: Failure = (1020802, "40028:fuid错误");
const NO_NAME: Failure = (1020803, "40028:fuid错误");
pub const FAILED: Failure = (1020804, "关注失败");
pub const ALREADY: Failure = (1020805, "40303:Error: already followed");
const TOO_MANY: Failure = (1010005, "Parameter length exceeds limit");
const NO_TARGET: Failure = (
    1021200,
    "40026:Error: please input right target user id (or screen_name)!",
);

/// A member as calls name it: by number, nick and user of the site.
#[derive(Debug, Clone)]
pub struct Person {
    pub uid: String,
    pub nick: String,
    pub user: String,
}

/// A member of the demo data.
pub fn person(world: &World, who: usize) -> Person {
    let member = &world.demo.members[who];
    Person {
        uid: member.uid.to_string(),
        nick: member.nick.clone(),
        user: member.site_uid.clone(),
    }
}

/// Makes a member with this number, to whom a user of the site is bound.
pub async fn member_with(world: &World, uid: u64, nick: &str) -> Person {
    let user = format!("4{uid}");
    let member = Member {
        uid,
        nick: nick.to_owned(),
        site_uid: Some(user.clone()),
        ..Member::new(&world.ctx.store, &format!("user{uid}"))
    };
    let created = member::create(&world.ctx.store, &member, None);
    created.await.unwrap().unwrap();
    Person {
        uid: uid.to_string(),
        nick: nick.to_owned(),
        user,
    }
}

/// Makes a member beside those of the demo data.
pub async fn third_member(world: &World) -> Person {
    member_with(world, 9_000_000_000, "Third").await
}

/// Makes members with ascending numbers; those from the 51st on have a digit more.
pub async fn crowd(world: &World, count: u64) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..count {
        let uid = 9_999_999_950 + number;
        people.push(member_with(world, uid, &format!("n{number}")).await);
    }
    people
}

/// The numbers of members, with commas.
pub fn joined(people: &[Person]) -> String {
    let uids: Vec<_> = people.iter().map(|person| person.uid.as_str()).collect();
    uids.join(",")
}

/// Calls the operation `name` as any member.
pub async fn act_as(world: &World, who: &Person, name: &str, params: &[(&str, &str)]) -> Reply {
    let target = format!("/api/weibo/action.{name}");
    world.send(call_as(world, &who.user, &target, params)).await
}

/// Lets any member follow any other.
pub async fn follow_as(world: &World, who: &Person, whom: &Person) {
    let reply = act_as(world, who, "createFriendship", &[("uid", &*whom.uid)]).await;
    assert_rst(&reply, "true");
}

/// Lets a member of the demo data follow the other.
pub async fn follow(world: &World, who: usize, whom: usize) {
    follow_as(world, &person(world, who), &person(world, whom)).await;
}

/// Lets a member of the demo data follow the other no more.
pub async fn unfollow(world: &World, who: usize, whom: usize) {
    let uid = person(world, whom).uid;
    let reply = act(world, who, "deleteFriendship", &[("id", &*uid)]).await;
    assert_rst(&reply, "true");
}

/// Whether `who` follows `whom`.
pub async fn is_following(world: &World, who: &Person, whom: &Person) -> bool {
    let params = [("t_id", &*who.uid), ("s_id", &*whom.uid)];
    let answer = rst(&act(world, 0, "friendship", &params).await);
    answer.as_bool().unwrap()
}

/// Whether the first member of the demo data follows the second, and the second the first.
pub async fn edges(world: &World) -> [bool; 2] {
    let [first, second] = [person(world, 0), person(world, 1)];
    [
        is_following(world, &first, &second).await,
        is_following(world, &second, &first).await,
    ]
}

/// The answer is true, and nothing changes.
pub async fn assert_idle(world: &World, who: usize, name: &str, params: &[(&str, &str)]) {
    let before = world.dump().await;
    assert_rst(&act(world, who, name, params).await, "true");
    assert_eq!(world.dump().await, before, "{name} {params:?}");
}

#[tokio::test]
async fn a_follow_is_made_once_and_ended_once() {
    let world = World::new().await;
    let uid = [0, 1].map(|who| person(&world, who).uid);
    assert_eq!(edges(&world).await, [false, false]);
    for (who, then) in [(0, [true, false]), (1, [true, true])] {
        follow(&world, who, 1 - who).await;
        assert_eq!(edges(&world).await, then);
        let params = [("uid", &*uid[1 - who])];
        assert_refused(&world, who, "createFriendship", &params, ALREADY).await;
    }
    let params = [("id", &*uid[1])];
    unfollow(&world, 0, 1).await;
    assert_eq!(edges(&world).await, [false, true]);
    assert_idle(&world, 0, "deleteFriendship", &params).await;
    follow(&world, 0, 1).await;

    // A fan is removed, and goes on being followed.
    let fan = [("id", &*uid[1]), ("is_follower", "1")];
    assert_rst(&act(&world, 0, "deleteFriendship", &fan).await, "true");
    assert_eq!(edges(&world).await, [true, false]);
    assert_idle(&world, 0, "deleteFriendship", &fan).await;
    follow(&world, 1, 0).await;
    assert_eq!(edges(&world).await, [true, true]);

    for is_follower in ["", "0", "1"] {
        let oneself = [("id", &*uid[0]), ("is_follower", is_follower)];
        assert_idle(&world, 0, "deleteFriendship", &oneself).await;
    }
    assert_eq!(edges(&world).await, [true, true]);
}

#[tokio::test]
async fn members_are_named_by_number_or_nick() {
    let world = World::new().await;
    let [first, second] = [person(&world, 0), person(&world, 1)];
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
        let reply = act(&world, 0, "createFriendship", &params).await;
        assert_rst(&reply, "true");
        assert_eq!(edges(&world).await, [true, false], "{params:?}");
        assert_refused(&world, 0, "createFriendship", &params, ALREADY).await;
        follow(&world, 1, 0).await;
        let params = [("id", id), ("name", name)];
        let reply = act(&world, 0, "deleteFriendship", &params).await;
        assert_rst(&reply, "true");
        assert_eq!(edges(&world).await, [false, true], "{params:?}");
        let params = [&params[..], &[("is_follower", "1")]].concat();
        let reply = act(&world, 0, "deleteFriendship", &params).await;
        assert_rst(&reply, "true");
        assert_eq!(edges(&world).await, [false, false], "{params:?}");
    }

    let by_nick = [("uid", uid), ("type", "1")];
    let reply = act(&world, 0, "createFriendship", &by_nick).await;
    assert_rst(&reply, "true");
    assert!(is_following(&world, &first, &odd).await);
    assert!(!is_following(&world, &first, &second).await);
    assert_idle(&world, 0, "deleteFriendship", &[("id", uid)]).await;
    follow(&world, 0, 1).await;
    let reply = act(&world, 0, "deleteFriendship", &[("name", uid)]).await;
    assert_rst(&reply, "true");
    assert!(!is_following(&world, &first, &odd).await);
    assert!(is_following(&world, &first, &second).await);
}

#[tokio::test]
async fn every_refusal_has_its_number() {
    let world = World::new().await;
    follow(&world, 0, 1).await;
    follow(&world, 1, 0).await;
    let [own, other] = [0, 1].map(|who| person(&world, who).uid);
    let weibo = publish(&world, 1, "哈哈").await;
    let not_number = format!("{other}x");
    // Among them the site's number and a weibo's.
    let unknown = [
        "1",
        "0",
        "-1",
        "abc",
        "dogstar",
        "99999999999999999999",
        "10001",
        &*weibo,
        &*not_number,
    ];
    let (blanks, doubles) = (format!(" {own} "), format!(",{own},, {own}"));
    let long = "汉".repeat(200);
    let mut cases = vec![
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
        ("nobody", "1", UNKNOWN),
        (&*other, "1", UNKNOWN),
        ("dogstar,", "1", UNKNOWN),
        ("dogstar,小白", "1", UNKNOWN),
        (",", "1", UNKNOWN),
        (&*long, "1", UNKNOWN),
        ("nobody,nobody", "0", UNKNOWN),
    ];
    cases.extend(unknown.map(|uid| (uid, "0", UNKNOWN)));
    assert_refused(&world, 0, "createFriendship", &[], SELF).await;
    for (uid, kind, failure) in cases {
        let params = [("uid", uid), ("type", kind)];
        assert_refused(&world, 0, "createFriendship", &params, failure).await;
    }

    let mut cases = vec![
        ("", "", NO_ID),
        (" ", " ", NO_ID),
        ("", "nobody", NO_NAME),
        (" ", "nobody", NO_NAME),
        ("", &*other, NO_NAME),
        ("", "dogstar,", NO_NAME),
        ("", &*long, NO_NAME),
    ];
    cases.extend(unknown.map(|id| (id, "", NO_ID)));
    cases.extend(unknown.map(|id| (id, "dogstar", NO_ID)));
    assert_refused(&world, 0, "deleteFriendship", &[], NO_ID).await;
    for (id, name, failure) in cases {
        for is_follower in ["0", "1"] {
            let params = [("id", id), ("name", name), ("is_follower", is_follower)];
            assert_refused(&world, 0, "deleteFriendship", &params, failure).await;
        }
    }

    let mut cases = vec![["", ""], [" ", " "], ["", "nobody"], ["", &*other]];
    cases.extend(unknown.map(|id| [id, "dogstar"]));
    assert_refused(&world, 0, "friendship", &[], NO_TARGET).await;
    for [id, name] in cases {
        let target = [("t_id", id), ("t_name", name)];
        assert_refused(&world, 0, "friendship", &target, NO_TARGET).await;
        // With a source, too; a source that is not named is the caller.
        let target = [&target[..], &[("s_name", "小白")]].concat();
        assert_refused(&world, 0, "friendship", &target, NO_TARGET).await;
        let source = [("t_id", &*other), ("s_id", id), ("s_name", name)];
        if id.trim().is_empty() && name.trim().is_empty() {
            assert_rst(&act(&world, 0, "friendship", &source).await, "true");
        } else {
            assert_refused(&world, 0, "friendship", &source, NO_TARGET).await;
        }
    }
}

#[tokio::test]
async fn of_several_members_all_that_may_be_are_followed() {
    let world = World::new().await;
    let [own, blocker] = [0, 1].map(|who| person(&world, who));
    let people = crowd(&world, 9).await;
    let reply = act(&world, 1, "createBlocks", &[("id", &*own.uid)]).await;
    assert_rst(&reply, "true");
    let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|at| people[at].uid.as_str());
    let mut followed = 2;
    let uids = format!(" {b},,{a} , {b},");
    let reply = act(&world, 0, "createFriendship", &[("uid", &*uids)]).await;
    assert_rst(&reply, "true");
    assert_lists(&world, "friends", &own, &people[..followed]).await;
    // Who stands in nobody's way, and who does: before what succeeds, and behind it.
    for (uids, failure) in [
        (format!("{a},{c}"), None),
        (format!("1,{d},nobody"), Some(FAILED)),
        (format!("{e}, ,{}", own.uid), None),
        (format!("{},{f}", blocker.uid), Some(FAILED)),
    ] {
        let params = [("uid", &*uids)];
        let reply = act(&world, 0, "createFriendship", &params).await;
        match failure {
            Some(failure) => refused(&reply, failure),
            None => assert_rst(&reply, "true"),
        }
        followed += 1;
        assert_lists(&world, "friends", &own, &people[..followed]).await;
        // Once more nobody is new.
        let again = failure.unwrap_or(ALREADY);
        assert_refused(&world, 0, "createFriendship", &params, again).await;
    }
    let nobodies: Vec<_> = (1..=99).map(|number| number.to_string()).collect();
    let nobodies = nobodies.join(",");
    let [g, h] = [6, 7].map(|at| people[at].uid.as_str());
    // One hundred, some of them twice; then one more.
    let uids = format!("{nobodies},{g}, ,1,2,{g}");
    let reply = act(&world, 0, "createFriendship", &[("uid", &*uids)]).await;
    refused(&reply, FAILED);
    assert_lists(&world, "friends", &own, &people[..7]).await;
    for uids in [
        format!("{h},{nobodies},100"),
        format!("{nobodies},{h},{}", people[8].uid),
    ] {
        let params = [("uid", &*uids)];
        assert_refused(&world, 0, "createFriendship", &params, TOO_MANY).await;
    }
}

#[tokio::test]
async fn every_spelling_reaches_the_follows() {
    let world = World::new().await;
    let [own, other] = [0, 1].map(|who| person(&world, who).uid);
    let made = addresses(&["action.createFriendship", "action.createfriendship"]);
    let asked = addresses(&["action.friendship", "action.friendShip"]);
    let ended = addresses(&["action.deleteFriendship", "action.DELETEFRIENDSHIP"]);
    let target = [("t_id", &*own)];
    for ((made, asked), ended) in made.iter().zip(&asked).zip(&ended) {
        assert_rst(&reach(&world, 0, made, &[("uid", &*other)]).await, "true");
        assert_rst(&reach(&world, 1, asked, &target).await, "true");
        assert_rst(&reach(&world, 0, ended, &[("id", &*other)]).await, "true");
        assert_rst(&reach(&world, 1, asked, &target).await, "false");
    }
}

#[tokio::test]
async fn only_members_follow_and_silenced_ones_make_no_follow() {
    let world = World::new().await;
    let other = person(&world, 1).uid;
    let [uid, id, t_id] = ["uid", "id", "t_id"].map(|name| [(name, &*other)]);
    assert_guarded(&world, "createFriendship", &uid).await;
    assert_needs_an_author(&world, "createFriendship", &uid).await;
    follow(&world, 0, 1).await;
    for (name, params) in [("friendship", &t_id), ("deleteFriendship", &id)] {
        assert_guarded(&world, name, params).await;
        assert_needs_an_author(&world, name, params).await;
    }
    assert_eq!(edges(&world).await, [true, false]);

    change_member(&world, 0, |member| member.silenced = true).await;
    assert_rst(&act(&world, 0, "friendship", &t_id).await, "false");
    unfollow(&world, 0, 1).await;
    // Before everything else that is wrong with the call.
    for uid in [&*other, "", "1"] {
        assert_refused(&world, 0, "createFriendship", &[("uid", uid)], SILENCED).await;
    }
    follow(&world, 1, 0).await;
    let fan = [("id", &*other), ("is_follower", "1")];
    assert_rst(&act(&world, 0, "deleteFriendship", &fan).await, "true");
    assert_eq!(edges(&world).await, [false, false]);
}

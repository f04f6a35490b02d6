//! Members and what binds them: follows and blocks.

use serde_json::Value;
use weiquan_store::id::Uid;
use weiquan_store::members::member::{self, Member};

use crate::support::who::{BAI, STAR, Who};
use crate::support::world::World;
use crate::support::xweibo::acts::{Caller, act, done, page_ids, rst, uid};

/// Lets a member of the demo data block the other.
pub async fn block(world: &World, who: Who, whom: Who) {
    done(world, who, "createBlocks", &[("id", &*uid(world, whom))]).await;
}

/// Lets a member of the demo data block the other no more.
pub async fn unblock(world: &World, who: Who, whom: Who) {
    done(world, who, "deleteBlocks", &[("id", &*uid(world, whom))]).await;
}

/// A member as calls name it: by number, nick and user of the site.
#[derive(Debug, Clone)]
pub struct Person {
    pub uid: String,
    pub nick: String,
    pub user: String,
}

impl Caller for &Person {
    fn user<'a>(&'a self, _: &'a World) -> &'a str {
        &self.user
    }
}

/// A member of the demo data.
pub fn person(world: &World, who: Who) -> Person {
    let member = world.member(who);
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
        uid: Uid::new(uid),
        ..Member::new(&world.ctx.store, &format!("user{uid}"))
    };
    create(world, member, nick, &user).await;
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

/// Lets any member follow any other.
pub async fn follow_as(world: &World, who: &Person, whom: &Person) {
    done(world, who, "createFriendship", &[("uid", &*whom.uid)]).await;
}

/// Lets a member of the demo data follow the other.
pub async fn follow(world: &World, who: Who, whom: Who) {
    follow_as(world, &person(world, who), &person(world, whom)).await;
}

/// Lets a member of the demo data follow the other no more.
pub async fn unfollow(world: &World, who: Who, whom: Who) {
    done(
        world,
        who,
        "deleteFriendship",
        &[("id", &*uid(world, whom))],
    )
    .await;
}

/// Whether `who` follows `whom`.
pub async fn is_following(world: &World, who: &Person, whom: &Person) -> bool {
    let params = [("t_id", &*who.uid), ("s_id", &*whom.uid)];
    let answer = rst(&act(world, BAI, "friendship", &params).await);
    answer.as_bool().unwrap()
}

/// Whether the first member of the demo data follows the second, and the second the first.
pub async fn edges(world: &World) -> [bool; 2] {
    let [first, second] = [person(world, BAI), person(world, STAR)];
    [
        is_following(world, &first, &second).await,
        is_following(world, &second, &first).await,
    ]
}

/// The answer is true, and nothing changes.
pub async fn assert_idle(world: &World, who: Who, name: &str, params: &[(&str, &str)]) {
    let before = world.dump().await;
    done(world, who, name, params).await;
    assert_eq!(world.dump().await, before, "{name} {params:?}");
}

/// Makes a member, to whom the user `site_uid` of the site is bound.
pub async fn join(world: &World, nick: &str, site_uid: &str) {
    let member = Member::new(&world.ctx.store, &format!("user{site_uid}"));
    create(world, member, nick, site_uid).await;
}

async fn create(world: &World, member: Member, nick: &str, user: &str) {
    let member = Member {
        nick: nick.to_owned(),
        site_uid: Some(user.to_owned()),
        ..member
    };
    let created = member::create(&world.ctx.store, &member, None).await;
    created.unwrap().unwrap();
}

/// The cursor of the page behind this one.
#[track_caller]
pub fn next(page: &Value) -> String {
    page["next_cursor"].as_str().unwrap().to_owned()
}

/// A member's own list page by page, each of them full but the last.
pub async fn walk_members(world: &World, name: &str, who: &Person, count: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    let limit = count.to_string();
    loop {
        let params = [("count", &*limit), ("cursor", &*cursor)];
        let page = rst(&act(world, who, name, &params).await);
        let found = page_ids(&page);
        all.extend(found.iter().cloned());
        cursor = next(&page);
        if cursor.is_empty() {
            assert!(found.len() <= count, "{page}");
            assert_eq!(page["total"], all.len(), "{name}");
            return all;
        }
        assert_eq!(found.len(), count, "{page}");
    }
}

/// A member's own list holds these and nobody else.
pub async fn assert_lists(world: &World, name: &str, who: &Person, expected: &[Person]) {
    let expected: Vec<_> = expected.iter().map(|person| &*person.uid).collect();
    assert_eq!(
        walk_members(world, name, who, 50).await,
        expected,
        "{name} {who:?}"
    );
}

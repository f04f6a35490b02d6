//! Xweibo `friends` and `followers`, extensions: whom a member follows, and who follows a member;
//! the answers of `friendship` (xweibo sections 5.2.3 and 7.32).

use crate::support::xweibo::*;
use crate::support::{BAI, STAR, World};

const LISTS: [&str; 2] = ["friends", "followers"];
const NONE: &str = r#"{"data":[],"next_cursor":"","total":0}"#;

/// A member who said nothing of himself, as the lists show him.
fn user_json(person: &Person, fans: u64, follows: u64) -> String {
    let Person { uid, nick, .. } = person;
    let host = uid.parse::<u64>().unwrap() % 4 + 1;
    format!(
        r#"{{"id":"{uid}","sn":"{nick}","p":"http://tp{host}.sinaimg.cn/{uid}/50/0/0","v":0,"sina_v":0,"gender":"n","province":"","city":"","description":"","fans":{fans},"follows":{follows}}}"#
    )
}

/// A list that ends on its first page.
fn list_json(users: &[&str]) -> String {
    let (data, total) = (users.join(","), users.len());
    format!(r#"{{"data":[{data}],"next_cursor":"","total":{total}}}"#)
}

#[tokio::test]
async fn lists_show_members_whole_in_the_order_of_their_numbers() {
    let world = World::new().await;
    for name in LISTS {
        assert_rst(&act(&world, BAI, name, &[]).await, NONE);
    }
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    // By text these two would stand elsewhere.
    let low = member_with(&world, 500, "low").await;
    let third = third_member(&world).await;
    for (who, whom) in [
        (&first, &third),
        (&first, &second),
        (&first, &low),
        (&third, &first),
        (&low, &first),
        (&second, &third),
        (&third, &second),
    ] {
        follow_as(&world, who, whom).await;
    }
    let shown_first = user_json(&first, 2, 3);
    let shown_second = user_json(&second, 2, 1);
    let shown_low = user_json(&low, 1, 1);
    let shown_third = user_json(&third, 2, 2);
    let before = world.dump().await;
    let by_first = [&*shown_low, &*shown_second, &*shown_third];
    let of_second = [&*shown_first, &*shown_third];
    let by_third = [&*shown_second, &*shown_first];
    let nothing: &[(&str, &str)] = &[];
    for (who, name, params, users) in [
        (BAI, "friends", nothing, &by_first[..]),
        (BAI, "friends", &[("id", ""), ("name", " ")], &by_first),
        (STAR, "friends", &[("id", &*first.uid)], &by_first),
        (STAR, "friends", &[("uid", &*first.uid)], &by_first),
        (STAR, "friends", &[("name", "小白")], &by_first),
        (STAR, "friends", &[], &[&shown_third]),
        (BAI, "friends", &[("name", " ＴＨＩＲＤ ")], &by_third),
        (BAI, "friends", &[("id", "500")], &[&shown_first]),
        (BAI, "followers", &[], &[&shown_low, &shown_third]),
        (STAR, "followers", &[], &of_second),
        (BAI, "followers", &[("name", "ＤｏｇＳｔａｒ")], &of_second),
        (BAI, "followers", &[("id", " 500 ")], &[&shown_first]),
        // The number wins.
        (
            STAR,
            "followers",
            &[("id", "500"), ("name", "小白")],
            &[&shown_first],
        ),
        (
            STAR,
            "friends",
            &[("id", "500"), ("name", "nobody")],
            &[&shown_first],
        ),
    ] {
        for _ in 0..2 {
            assert_rst(&act(&world, who, name, params).await, &list_json(users));
        }
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn lists_tell_the_present() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let [first, mut second] = [person(&world, BAI), person(&world, STAR)];
    follow(&world, BAI, STAR).await;
    follow_as(&world, &third, &first).await;
    follow_as(&world, &third, &second).await;
    let shown = user_json(&second, 2, 0);
    let reply = act(&world, BAI, "friends", &[]).await;
    assert_rst(&reply, &list_json(&[&shown]));
    let id = [("id", &*second.uid)];
    done(&world, &third, "deleteFriendship", &id).await;
    change_member(&world, STAR, |member| {
        member.nick = "新名字".to_owned();
        member.verified = true;
    })
    .await;
    second.nick = "新名字".to_owned();
    let shown = user_json(&second, 1, 0).replace(r#""v":0"#, r#""v":1"#);
    let reply = act(&world, BAI, "friends", &[]).await;
    assert_rst(&reply, &list_json(&[&shown]));
    change_member(&world, STAR, |member| {
        member.verified = false;
        member.site_verified = true;
    })
    .await;
    follow(&world, STAR, BAI).await;
    let shown = user_json(&second, 1, 1).replace(r#""sina_v":0"#, r#""sina_v":1"#);
    let reply = act(&world, BAI, "friends", &[]).await;
    assert_rst(&reply, &list_json(&[&shown]));
    let shown_third = user_json(&third, 0, 1);
    let reply = act(&world, BAI, "followers", &[]).await;
    assert_rst(&reply, &list_json(&[&shown, &shown_third]));

    unfollow(&world, BAI, STAR).await;
    assert_rst(&act(&world, BAI, "friends", &[]).await, NONE);
    assert_rst(&act(&world, STAR, "followers", &[]).await, NONE);
}

#[tokio::test]
async fn lists_show_what_members_say_of_themselves() {
    let world = World::new().await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    let said = [
        ("gender", "f"),
        ("province", "11"),
        ("city", "5"),
        ("description", "你好"),
    ];
    done(&world, STAR, "saveProfile", &said).await;
    done(&world, BAI, "saveProfile", &[("gender", "m")]).await;
    world.pass(61);
    let nothing = r#""gender":"n","province":"","city":"","description":"""#;
    let said = r#""gender":"f","province":"11","city":"5","description":"你好""#;
    let shown_second = user_json(&second, 1, 1).replace(nothing, said);
    let shown_first = user_json(&first, 1, 1).replace(r#""gender":"n""#, r#""gender":"m""#);
    for name in LISTS {
        let reply = act(&world, BAI, name, &[]).await;
        assert_rst(&reply, &list_json(&[&shown_second]));
        let reply = act(&world, STAR, name, &[]).await;
        assert_rst(&reply, &list_json(&[&shown_first]));
    }
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was_whoever_goes() {
    let world = World::new().await;
    let first = person(&world, BAI);
    let people = crowd(&world, 100).await;
    // As many as one call takes.
    let all = joined(&people);
    done(&world, BAI, "createFriendship", &[("uid", &*all)]).await;
    for person in people.iter().rev() {
        follow_as(&world, person, &first).await;
    }
    let all: Vec<_> = people.iter().map(|person| person.uid.clone()).collect();
    // Those around the cursor go; whoever is left comes once, on pages of any size.
    for (name, is_follower) in [("friends", "0"), ("followers", "1")] {
        let cursor = next(&rst(&act(&world, BAI, name, &[("count", "10")]).await));
        let rest = [("cursor", &*cursor), ("count", "3")];
        for _ in 0..2 {
            let page = rst(&act(&world, BAI, name, &rest).await);
            assert_eq!(page_ids(&page), all[10..13]);
        }
        for gone in [&all[0], &all[9], &all[10]] {
            let params = [("id", gone.as_str()), ("is_follower", is_follower)];
            done(&world, BAI, "deleteFriendship", &params).await;
        }
        let page = rst(&act(&world, BAI, name, &rest).await);
        assert_eq!(page_ids(&page), all[11..14]);
        assert_eq!(page["total"], 97);
    }
}

#[tokio::test]
async fn lists_need_no_author_where_a_member_is_named() {
    let world = World::new().await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    follow(&world, BAI, STAR).await;
    follow(&world, STAR, BAI).await;
    let shown = list_json(&[&user_json(&second, 1, 1)]);
    for name in LISTS {
        assert_rst(&act(&world, BAI, name, &[]).await, &shown);
        assert_needs_an_author(&world, name, &[]).await;
        assert_needs_an_author(&world, name, &[("id", " "), ("name", "")]).await;
        for params in [[("id", &*first.uid)], [("name", "小白")]] {
            assert_rst(&act(&world, NOBODY, name, &params).await, &shown);
        }
        let default = world.member(BAI).uid;
        change_site(&world, |site| {
            site.allow_anonymous.clear();
            site.allow_others = [name.to_owned()].into();
            site.default_member = Some(default);
        })
        .await;
        assert_rst(&act(&world, NOBODY, name, &[]).await, &shown);
    }
}

#[tokio::test]
async fn a_friendship_is_the_target_following_the_source() {
    let world = World::new().await;
    let third = third_member(&world).await;
    let [first, second] = [person(&world, BAI), person(&world, STAR)];
    follow(&world, BAI, STAR).await;
    follow_as(&world, &third, &first).await;
    let before = world.dump().await;
    let names = ["t_id", "t_name", "s_id", "s_name"];
    let [one, two, three] = [&first, &second, &third].map(|person| person.uid.as_str());
    for (who, values, answer) in [
        (BAI, [two, "", "", ""], "false"),
        (BAI, [three, "", "", ""], "true"),
        (BAI, [one, "", "", ""], "false"),
        (STAR, [one, "", "", ""], "true"),
        (STAR, [three, "", "", ""], "false"),
        (BAI, [one, "", two, ""], "true"),
        (STAR, [two, "", one, ""], "false"),
        (STAR, [three, "", one, ""], "true"),
        (STAR, [one, "", three, ""], "false"),
        (BAI, [two, "", three, ""], "false"),
        (BAI, [three, "", two, ""], "false"),
        (BAI, ["", "Third", "", ""], "true"),
        (BAI, ["", " ＴＨＩＲＤ ", " ", " "], "true"),
        (STAR, [" ", "third", "", "小白"], "true"),
        (BAI, ["", "小白", "", "ＤｏｇＳｔａｒ"], "true"),
        // What is unknown counts only where no number is given.
        (BAI, [three, "nobody", "", ""], "true"),
        (BAI, [one, "dogstar", two, "nobody"], "true"),
    ] {
        let params: Vec<_> = names.into_iter().zip(values).collect();
        for _ in 0..2 {
            assert_rst(&act(&world, who, "friendship", &params).await, answer);
        }
    }
    assert_eq!(world.dump().await, before);

    allow_anonymous(&world, "friendship").await;
    for (t_id, source, answer) in [
        (one, ("s_id", two), "true"),
        (three, ("s_name", "小白"), "true"),
        (two, ("s_id", one), "false"),
    ] {
        let params = [("t_id", t_id), source];
        assert_rst(&act(&world, NOBODY, "friendship", &params).await, answer);
    }
}

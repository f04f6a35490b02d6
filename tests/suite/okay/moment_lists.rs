//! Lists of moments, `ShowMoment` and `GetMyMoment` (okayapi section 7.2): who sees what, in which
//! order, with which fields.

use serde_json::json;

use crate::support::okay::*;
use crate::support::{BAI, BOTH, STAR, Who, World};

/// What a moment has behind its id, in the documented order.
const FIELDS: [&str; 17] = [
    "moment_nickname",
    "moment_content",
    "moment_url",
    "moment_createtime",
    "moment_like",
    "moment_picture1",
    "moment_picture2",
    "moment_picture3",
    "moment_picture4",
    "moment_picture5",
    "moment_picture6",
    "moment_picture7",
    "moment_picture8",
    "moment_picture9",
    "moment_lat",
    "moment_lng",
    "moment_place",
];

/// What is not taken from the caller.
const SET_BY_NOBODY: [&str; 2] = ["moment_like", "moment_createtime"];

/// A moment as it stands in a body: `null` is what `set` does not name, `more` comes last.
fn item(id: u64, set: &[(&str, &str)], more: &str) -> String {
    let mut text = format!("{{\"id\":{id}");
    for name in FIELDS {
        let pair = set.iter().find(|(other, _)| *other == name);
        let value = json!(pair.map(|(_, value)| *value));
        text += &format!(",\"{name}\":{value}");
    }
    text.replace('/', "\\/") + more + "}"
}

#[tokio::test]
async fn the_fields_stand_in_the_documented_order_and_what_is_unset_is_null() {
    let world = World::new().await;
    world.clock.set("2026-06-30T16:30:05Z".parse().unwrap());
    let links: Vec<String> = (1..=9).map(|n| format!("http://x/{n}.png?a=1&b")).collect();
    let mut full = vec![
        ("moment_nickname", "我"),
        ("moment_content", " 你好 <b>a&b</b> \"/\"\r\n"),
        ("moment_url", "javascript:alert(1)"),
        ("moment_lat", "23.10"),
        ("moment_lng", "not a number"),
        ("moment_place", "广州"),
    ];
    let links = links.iter().map(String::as_str);
    full.extend(FIELDS[5..14].iter().copied().zip(links));
    let gaps = vec![
        ("moment_nickname", "小白"),
        ("moment_picture2", "2"),
        ("moment_picture5", "5"),
        ("moment_picture8", "8"),
    ];
    let last = vec![("moment_nickname", "小白"), ("moment_picture9", "9")];
    let blank: Params<'_> = FIELDS.iter().map(|name| (*name, "")).collect();
    let bare = vec![("moment_nickname", "小白")];
    let mut items = Vec::new();
    for sent in [&bare, &full, &gaps, &last, &blank] {
        let id = publish(&world, BAI, sent).await;
        // A blank is one, but clients read a coordinate as a number.
        let mut shown = sent.clone();
        let is_blank = |(name, value): &(&str, &str)| {
            ["moment_lat", "moment_lng"].contains(name) && value.is_empty()
        };
        shown.retain(|sent| !is_blank(sent) && !SET_BY_NOBODY.contains(&sent.0));
        shown.push(("moment_like", "0"));
        shown.push(("moment_createtime", "2026-07-01 00:30:05"));
        items.insert(0, item(id, &shown, ""));
    }
    let items = items.join(",");
    let expected =
        format!(r#""data":{{"err_code":0,"err_msg":"","total":5,"items":[{items}]}},"msg":"#);
    let before = stored(&world).await;
    let session = session(&world, BAI);
    for call in [
        get(SHOW_MOMENT, &[]),
        get(SHOW_MOMENT, &session),
        post(GET_MY_MOMENT, &session),
    ] {
        let reply = world.send(call.clone()).await;
        assert!(reply.body.contains(&expected), "{}", reply.body);
        assert_eq!(world.send(call).await.body, reply.body, "asked again");
    }
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn all_pages_together_are_everything_that_the_caller_may_see_once() {
    let world = World::new().await;
    let mut made = Vec::new();
    for number in 0..150_usize {
        // In the middle stands a long run of what only its author may see.
        let is_hidden = (30..90).contains(&number);
        let access = if is_hidden { 2 } else { number % 3 };
        let author = Who::at(number);
        let sent = access.to_string();
        let id = publish(&world, author, &[("moment_access", sent.as_str())]).await;
        made.insert(0, (id, author, access));
        world.pass(i64::from(number % 7 == 0));
    }
    for caller in [None, Some(BAI), Some(STAR)] {
        let may_see = |author, access| match access {
            0 => true,
            1 => caller.is_some(),
            _ => caller == Some(author),
        };
        let mut visible = made.clone();
        visible.retain(|(_, author, access)| may_see(*author, *access));
        let visible: Vec<u64> = visible.iter().map(|(id, ..)| *id).collect();
        for per_page in [3, 10, 100] {
            let walked = walk(&world, SHOW_MOMENT, caller, per_page).await;
            assert_eq!(walked, visible, "{caller:?} by {per_page}");
        }
        for params in [vec![], vec![("perpage", ""), ("lastid", "")]] {
            let first = list(&world, SHOW_MOMENT, caller, &params).await;
            let total = visible.len() as u64;
            assert_eq!(found(&first), (visible[..20].to_vec(), total));
        }
    }
    let own = made.iter().filter(|(_, author, _)| *author == BAI);
    let own: Vec<u64> = own.map(|(id, ..)| *id).collect();
    for per_page in [1, 7, 25, 100] {
        let walked = walk(&world, GET_MY_MOMENT, Some(BAI), per_page).await;
        assert_eq!(walked, own, "by {per_page}");
    }
    for (params, ids) in [
        (vec![], &own[..20]),
        (vec![("page", ""), ("perpage", "")], &own[..20]),
        (vec![("page", "2")], &own[20..40]),
        (vec![("page", "4")], &own[60..]),
        (vec![("page", "5")], &[]),
        (vec![("page", "99999999999"), ("perpage", "100")], &[]),
        (vec![("page", "9223372036854775807")], &[]),
    ] {
        let page = list(&world, GET_MY_MOMENT, Some(BAI), &params).await;
        assert_eq!(found(&page), (ids.to_vec(), 75), "{params:?}");
    }
}

#[tokio::test]
async fn a_lastid_gives_what_is_older_and_need_not_be_the_id_of_a_moment() {
    let world = World::new().await;
    // The document has no `lastid` of 1.
    let gone = publish(&world, BAI, &[]).await;
    assert_answer(&act(&world, DELETE_MOMENT, BAI, gone).await, DONE);
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, publish(&world, BAI, &[]).await);
        world.pass(1);
    }
    let (newest, middle, oldest) = (made[0], made[1], made[2]);
    for (last, expected) in [
        (String::new(), &made[..]),
        ((newest + 1).to_string(), &made[..]),
        (i64::MAX.to_string(), &made[..]),
        ("99999999999999999999".to_owned(), &made[..]),
        (newest.to_string(), &made[1..]),
        ((middle + 1).to_string(), &made[1..]),
        (middle.to_string(), &made[2..]),
        (format!("{middle}.9"), &made[2..]),
        (format!("{middle}abc"), &made[2..]),
        (oldest.to_string(), &[]),
    ] {
        let page = list(&world, SHOW_MOMENT, None, &[("lastid", last.as_str())]).await;
        assert_eq!(found(&page), (expected.to_vec(), 3), "{last}");
    }
}

#[tokio::test]
async fn every_caller_sees_what_the_access_of_each_moment_allows() {
    let world = World::new().await;
    let mut made = Vec::new();
    for author in BOTH {
        for access in ["0", "1", "2"] {
            made.push(publish(&world, author, &[("moment_access", access)]).await);
        }
    }
    for (service, caller, expected) in [
        (SHOW_MOMENT, None, &[3, 0][..]),
        (SHOW_MOMENT, Some(BAI), &[4, 3, 2, 1, 0]),
        (SHOW_MOMENT, Some(STAR), &[5, 4, 3, 1, 0]),
        (GET_MY_MOMENT, Some(BAI), &[2, 1, 0]),
        (GET_MY_MOMENT, Some(STAR), &[5, 4, 3]),
    ] {
        let expected: Vec<u64> = expected.iter().map(|at| made[*at]).collect();
        let total = expected.len() as u64;
        let seen = seen(&world, service, caller).await;
        assert_eq!(seen, (expected, total), "{service} {caller:?}");
    }
}

#[tokio::test]
async fn a_session_that_is_not_live_shows_what_everybody_sees_and_is_never_refused() {
    let world = World::new().await;
    for access in ["0", "1", "2"] {
        publish(&world, BAI, &[("moment_access", access)]).await;
    }
    let live = session(&world, BAI);
    let stranger = world.member(STAR);
    let [short_uuid, nobody, zeros] = ["A".repeat(31), "F".repeat(32), "0".repeat(64)];
    let public = list(&world, SHOW_MOMENT, None, &[]).await;
    assert_eq!(public["total"], 1);
    let before = stored(&world).await;
    for wrong in [
        without(&live, "token"),
        without(&live, "uuid"),
        vec![("uuid", ""), ("token", "")],
        with(&live, "token", ""),
        with(&live, "uuid", ""),
        with(&live, "token", &zeros),
        with(&live, "token", &stranger.token),
        with(&live, "uuid", &stranger.uuid),
        with(&live, "uuid", &nobody),
        with(&live, "uuid", &short_uuid),
    ] {
        for call in [get(SHOW_MOMENT, &wrong), post(SHOW_MOMENT, &wrong)] {
            assert_eq!(data(&world.send(call).await), public, "{wrong:?}");
        }
    }
    assert_eq!(stored(&world).await, before);
    world.pass(30 * 24 * 3600 - 1);
    assert_eq!(seen(&world, SHOW_MOMENT, Some(STAR)).await.1, 2);
    assert_eq!(seen(&world, SHOW_MOMENT, Some(BAI)).await.1, 3);
    world.pass(1);
    for caller in [Some(BAI), Some(STAR)] {
        assert_eq!(list(&world, SHOW_MOMENT, caller, &[]).await, public);
    }
}

#[tokio::test]
async fn asked_fields_stand_last_in_the_order_asked() {
    let world = World::new().await;
    let more = concat!(
        r#"{"mood":"好","n":1.50,"none":null,"tags":["x"],"moment_like":"99","#,
        r#""moment_createtime":"no","moment_access":7,"uuid":"no","update_time":"no"}"#
    );
    let params = [("moment_access", "1"), ("more_data", more)];
    let id = publish(&world, BAI, &params).await;
    let uuid = &world.member(BAI).uuid;
    let time = "2026-06-01 12:00:00";
    let shown = [
        ("moment_nickname", "小白"),
        ("moment_like", "0"),
        ("moment_createtime", time),
    ];
    let system = format!(
        r#","uuid":"{uuid}","add_time":"{time}","update_time":null,"ext_data":null,"moment_access":1"#
    );
    let mixed = format!(r#","n":1.50,"uuid":"{uuid}","mood":"好""#);
    let every_shown = format!("id,mood,{},mood,Mood", FIELDS.join(","));
    for (select, extra) in [
        ("", ""),
        (",", ""),
        ("mood", r#","mood":"好""#),
        ("uuid,add_time,update_time,ext_data,moment_access", &system),
        ("n,uuid,mood", &mixed),
        (" mood , ,,n ,", r#","mood":"好","n":1.50"#),
        (
            "tags,none,nothing",
            r#","tags":["x"],"none":null,"nothing":null"#,
        ),
        (&every_shown, r#","mood":"好","Mood":null"#),
    ] {
        let expected = format!("\"items\":[{}]}}", item(id, &shown, extra));
        for service in [SHOW_MOMENT, GET_MY_MOMENT] {
            let caller = if service == SHOW_MOMENT { STAR } else { BAI };
            let params = with(&session(&world, caller), "more_select", select);
            let body = world.send(get(service, &params)).await.body;
            assert!(body.contains(&expected), "{body} has no {expected}");
        }
    }
}

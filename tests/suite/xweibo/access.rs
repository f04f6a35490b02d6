//! Xweibo: who may call and when, and which refusal comes first (xweibo sections 1.3, 1.4, 7.11
//! and 7.46).

use aws_sdk_dynamodb::types::AttributeValue;
use weiquan_store::clients::TimeWindow;
use weiquan_store::keys;

use crate::support::xweibo::*;
use crate::support::{BAI, BOTH, Call, Reply, STAR, World, refs};

const IP: Failure = (3010000, "Ip not allowed to access");

/// Calls `update` at `time`, rightly signed for it.
async fn update_at(world: &World, time: &str) -> Reply {
    let uid = world.member(BAI).site_uid.as_str();
    let text = format!("at {time}");
    let fields = signed_at(world, uid, time, "update", &[("text", &*text)]);
    world.send(Call::post(UPDATE).form(&refs(&fields))).await
}

/// Calls `update` as a user of the site, or with no `api_uid` at all.
async fn update_as(world: &World, uid: Option<&str>, text: &str) -> Reply {
    let signer = uid.unwrap_or_default();
    let mut fields = signed_at(world, signer, &now(world), "update", &[("text", text)]);
    fields.retain(|(name, _)| uid.is_some() || name != "api_uid");
    world.send(Call::post(UPDATE).form(&refs(&fields))).await
}

/// Users of the site that nobody is bound to.
const NOBODY: [Option<&str>; 3] = [Some("99999"), Some(""), None];

#[tokio::test]
async fn the_window_is_600_seconds_on_both_sides_or_open_to_the_past() {
    let world = World::new().await;
    let open = TimeWindow {
        past: None,
        future: 600,
    };
    for (window, is_open) in [(TimeWindow::default(), false), (open, true)] {
        change_site(&world, |site| site.window = window).await;
        let now = world.now().as_second();
        for (time, is_good) in [
            (now, true),
            (now + 600, true),
            (now + 601, false),
            (now + 1_000_000, false),
            (now - 600, true),
            (now - 601, is_open),
            (1_300_000_000, is_open),
            (0, is_open),
        ] {
            let before = world.dump().await;
            let reply = update_at(&world, &time.to_string()).await;
            if is_good {
                accepted(&reply);
            } else {
                refused(&reply, TIME);
                assert_eq!(world.dump().await, before, "{time}");
            }
        }
    }
}

#[tokio::test]
async fn a_missing_or_non_numeric_time_is_refused() {
    let world = World::new().await;
    for past in [None, Some(600)] {
        change_site(&world, |site| site.window.past = past).await;
        let before = world.dump().await;
        let now = now(&world);
        for time in [
            String::new(),
            "now".to_owned(),
            format!("{now}s"),
            format!("{now} 1"),
            format!("0x{now}"),
            format!("{now}{now}{now}"),
        ] {
            refused(&update_at(&world, &time).await, TIME);
        }
        let uid = world.member(BAI).site_uid.as_str();
        let mut fields = signed_at(&world, uid, "", "update", &[("text", "哈哈")]);
        fields.retain(|(name, _)| name != "api_time");
        let reply = world.send(Call::post(UPDATE).form(&refs(&fields))).await;
        refused(&reply, TIME);
        assert_eq!(world.dump().await, before);
    }
}

#[tokio::test]
async fn only_listed_addresses_may_call_where_there_is_a_list() {
    let world = World::new().await;
    change_site(&world, |site| {
        site.ip_allow = vec![
            "198.51.100.0/24".parse().unwrap(),
            "2001:db8::1/128".parse().unwrap(),
        ];
    })
    .await;
    for (ip, good) in [
        ("198.51.100.9", true),
        ("2001:db8::1", true),
        ("198.51.101.9", false),
        ("2001:db8::2", false),
        ("", false),
    ] {
        let fields = signed(&world, &[("text", ip), ("pic", "p")]);
        let call = Call::post(UPDATE).form(&refs(&fields)).from(ip);
        // The gateway's word counts, not the caller's.
        let call = call.header("x-forwarded-for", "198.51.100.9");
        let reply = world.send(call).await;
        if good {
            assert_eq!(accepted(&reply)["tx"], ip);
        } else {
            refused(&reply, IP);
        }
    }
}

#[tokio::test]
async fn who_is_bound_to_no_member_is_let_in_as_the_site_says() {
    let world = World::new().await;
    let default = Some(world.member(STAR).uid);
    for (others, anonymous, default, answer) in [
        ("", "", None, Err(UNBOUND)),
        ("", "", default, Err(UNBOUND)),
        ("update", "", None, Err(UNBOUND)),
        ("", "update", None, Err(NO_AUTHOR)),
        ("update", "", default, Ok(STAR)),
        // Operations are named exactly.
        ("repost", "repost", default, Err(UNBOUND)),
        ("UPDATE", "UPDATE", default, Err(UNBOUND)),
        ("action.update", "action.update", default, Err(UNBOUND)),
        ("updat", "updat", default, Err(UNBOUND)),
        ("update2", "update2", default, Err(UNBOUND)),
    ] {
        change_site(&world, |site| {
            site.allow_others = [others.to_owned()].into();
            site.allow_anonymous = [anonymous.to_owned()].into();
            site.default_member = default;
        })
        .await;
        for (number, user) in NOBODY.into_iter().enumerate() {
            let before = world.dump().await;
            let reply = update_as(&world, user, &format!("第{number}条")).await;
            match answer {
                Ok(who) => assert_eq!(accepted(&reply)["u"]["id"], uid(&world, who)),
                Err(failure) => {
                    refused(&reply, failure);
                    assert_eq!(world.dump().await, before, "{others} {anonymous}");
                }
            }
        }
        // The member's own number is not the site's.
        if default.is_none() && anonymous.is_empty() {
            let own = uid(&world, BAI);
            refused(&update_as(&world, Some(&own), "哈哈").await, UNBOUND);
        }
        for who in BOTH {
            let text = format!("{others} {anonymous} {default:?}");
            let user = world.member(who).site_uid.as_str();
            let bound = accepted(&update_as(&world, Some(user), &text).await);
            assert_eq!(bound["u"]["id"], uid(&world, who));
        }
    }
}

/// Every check before the text is looked at, in order, and one behind them.
const CHECKS: [Failure; 7] = [IP, NO_SIGN, TIME, WRONG_SIGN, UNBOUND, SILENCED, NO_TEXT];

/// A call that fails the checks in `broken` and no others: the second member is silenced, and the
/// site lists one network.
fn failing(world: &World, broken: &[Failure]) -> Call {
    let is = |check: Failure| broken.contains(&check);
    let uid = if is(UNBOUND) {
        "99999"
    } else {
        let member = if is(SILENCED) { STAR } else { BAI };
        world.member(member).site_uid.as_str()
    };
    let offset = if is(TIME) { 601 } else { 0 };
    let time = (world.now().as_second() + offset).to_string();
    let name = if is(WRONG_SIGN) { "repost" } else { "update" };
    let text = if is(NO_TEXT) { "" } else { "哈哈" };
    let mut fields = signed_at(world, uid, &time, name, &[("text", text)]);
    fields.retain(|(name, _)| !is(NO_SIGN) || name != "api_sign");
    let ip = if is(IP) {
        "203.0.113.7"
    } else {
        "198.51.100.9"
    };
    Call::post(UPDATE).form(&refs(&fields)).from(ip)
}

#[tokio::test]
async fn the_first_failing_check_answers() {
    let world = World::new().await;
    change_member(&world, STAR, |member| member.silenced = true).await;
    change_site(&world, |site| {
        site.ip_allow = vec!["198.51.100.0/24".parse().unwrap()];
    })
    .await;
    let before = world.dump().await;
    for (at, first) in CHECKS.into_iter().enumerate() {
        refused(&world.send(failing(&world, &[first])).await, first);
        for &second in &CHECKS[at + 1..] {
            // Nobody is both: whoever is silenced is bound.
            if (first, second) != (UNBOUND, SILENCED) {
                refused(&world.send(failing(&world, &[first, second])).await, first);
            }
        }
    }
    assert_eq!(world.dump().await, before);
    accepted(&world.send(failing(&world, &[])).await);
}

#[tokio::test]
async fn a_table_without_a_site_lets_nobody_in() {
    let world = World::new().await;
    let key = keys::site();
    world
        .client()
        .delete_item()
        .table_name(local::TABLE)
        .key("PK", AttributeValue::S(key.pk))
        .key("SK", AttributeValue::S(key.sk))
        .send()
        .await
        .unwrap();
    let before = world.dump().await;
    let (uid, time) = (world.member(BAI).site_uid.clone(), now(&world));
    let mut unset = world.demo.xweibo.clone();
    unset.akey.clear();
    unset.skey.clear();
    let empty_secrets: Fields = [
        ("api_uid", &*uid),
        ("api_time", &*time),
        ("api_sign", &*sign(&unset, &uid, &time, "update")),
        ("text", "哈哈"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for fields in [empty_secrets, signed(&world, &[("text", "哈哈")])] {
        let answer = envelope(&world.send(Call::post(UPDATE).form(&refs(&fields))).await);
        assert_eq!(answer["rst"], false, "{answer}");
        assert_eq!(answer["errno"], 1_040_015, "{answer}");
    }
    assert_eq!(world.dump().await, before);
}

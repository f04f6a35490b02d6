//! Xweibo: who may call and when, and which refusal comes first (xweibo sections 1.3, 1.4, 7.11
//! and 7.46).

use aws_sdk_dynamodb::types::AttributeValue;
use weiquan_store::clients::TimeWindow;
use weiquan_store::keys;

use crate::support::xweibo::*;
use crate::support::{BAI, Call, Reply, STAR, World, refs};

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
async fn the_window_is_600_seconds_on_both_sides() {
    let world = World::new().await;
    change_site(&world, |site| site.window = TimeWindow::default()).await;
    let now = world.now().as_second();
    for (offset, good) in [
        (0, true),
        (600, true),
        (601, false),
        (1_000_000, false),
        (-600, true),
        (-601, false),
        (-1_000_000, false),
        (-now, false),
    ] {
        let before = world.dump().await;
        let reply = update_at(&world, &(now + offset).to_string()).await;
        if good {
            accepted(&reply);
        } else {
            refused(&reply, TIME);
            assert_eq!(world.dump().await, before, "{offset}");
        }
    }
}

#[tokio::test]
async fn a_site_may_take_old_times_but_never_future_ones() {
    let world = World::new().await;
    change_site(&world, |site| {
        site.window = TimeWindow {
            past: None,
            future: 600,
        };
    })
    .await;
    let now = world.now().as_second();
    accepted(&update_at(&world, "1300000000").await);
    accepted(&update_at(&world, &(now + 600).to_string()).await);
    refused(&update_at(&world, &(now + 601).to_string()).await, TIME);
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
async fn only_bound_users_of_the_site_may_call() {
    let world = World::new().await;
    let before = world.dump().await;
    for uid in NOBODY {
        refused(&update_as(&world, uid, "哈哈").await, UNBOUND);
    }
    // The member's own number is not the site's.
    let own = world.member(BAI).uid.to_string();
    refused(&update_as(&world, Some(&own), "哈哈").await, UNBOUND);
    assert_eq!(world.dump().await, before);

    for member in &world.demo.members {
        let reply = update_as(&world, Some(&member.site_uid), "哈哈").await;
        assert_eq!(accepted(&reply)["u"]["id"], member.uid.to_string());
    }
}

#[tokio::test]
async fn unbound_callers_run_as_the_default_member_where_allowed() {
    let world = World::new().await;
    let default = world.member(STAR).uid;
    change_site(&world, |site| {
        site.allow_others.insert("update".to_owned());
        site.default_member = Some(default);
    })
    .await;
    for (number, uid) in NOBODY.into_iter().enumerate() {
        let reply = update_as(&world, uid, &format!("第{number}条")).await;
        assert_eq!(accepted(&reply)["u"]["id"], default.to_string());
    }
    let bound = accepted(&update(&world, &[("text", "自己")]).await);
    assert_eq!(bound["u"]["id"], world.member(BAI).uid.to_string());
}

#[tokio::test]
async fn without_a_default_member_unbound_callers_are_refused() {
    let world = World::new().await;
    change_site(&world, |site| {
        site.allow_others.insert("update".to_owned());
    })
    .await;
    let before = world.dump().await;
    for uid in NOBODY {
        refused(&update_as(&world, uid, "哈哈").await, UNBOUND);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn an_anonymous_caller_cannot_be_an_author() {
    let world = World::new().await;
    change_site(&world, |site| {
        site.allow_anonymous.insert("update".to_owned());
    })
    .await;
    let before = world.dump().await;
    for uid in NOBODY {
        let answer = envelope(&update_as(&world, uid, "哈哈").await);
        assert_eq!(answer["rst"], false, "{answer}");
        assert_eq!(answer["errno"], 1040003, "{answer}");
        // An upstream number may stand before the text.
        let err = answer["err"].as_str().unwrap().to_lowercase();
        assert!(err.ends_with("source paramter(appkey) is missing"), "{err}");
    }
    assert_eq!(world.dump().await, before);
    accepted(&update(&world, &[("text", "自己")]).await);
}

#[tokio::test]
async fn the_lists_name_operations_exactly() {
    let world = World::new().await;
    let default = world.member(STAR).uid;
    for listed in ["repost", "UPDATE", "action.update", "updat", "update2", ""] {
        change_site(&world, |site| {
            site.default_member = Some(default);
            site.allow_others = [listed.to_owned()].into();
            site.allow_anonymous = [listed.to_owned()].into();
        })
        .await;
        for uid in NOBODY {
            refused(&update_as(&world, uid, "哈哈").await, UNBOUND);
        }
    }
}

#[tokio::test]
async fn a_silenced_member_publishes_nothing() {
    let world = World::new().await;
    change_member(&world, BAI, |member| member.silenced = true).await;
    let before = world.dump().await;
    refused(&update(&world, &[("text", "哈哈")]).await, SILENCED);
    assert_eq!(world.dump().await, before);

    change_member(&world, BAI, |member| member.silenced = false).await;
    accepted(&update(&world, &[("text", "哈哈")]).await);
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

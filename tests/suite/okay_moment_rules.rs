//! What refuses a call of the four operations on moments, in which order, and how a call may come
//! (okayapi sections 2.1, 3.4, 4.1, 4.2, 7.2 and 8).

use demo::{OPEN_APP, SIGNED_APP};
use serde_json::{Value, json};
use weiquan_store::clients::{Plan, Status};

use crate::okay::{
    PREFIX, Params, assert_invalid, assert_refused, get, post, set_app, signed, stored, with,
    without,
};
use crate::okay_moment_actions::{DELETE_MOMENT, DONE, GIVE_LIKE, GONE, assert_answer};
use crate::okay_moment_lists::{
    AUTHOR, GET_MY_MOMENT, OTHER, SHOW_MOMENT, data, list, publish, seen, session,
};
use crate::world::{Call, Reply, World};

const ALL: [&str; 4] = [SHOW_MOMENT, GET_MY_MOMENT, GIVE_LIKE, DELETE_MOMENT];
/// Those that nobody calls without a session.
const SIGNED_IN: [&str; 3] = [GET_MY_MOMENT, GIVE_LIKE, DELETE_MOMENT];
const ACTIONS: [&str; 2] = [GIVE_LIKE, DELETE_MOMENT];

const DEAD: &str = "登录会话已过期，请重新登录";

/// A parameter's value, and the text that refuses it; `None` accepts it.
type Case<'a> = (&'a str, &'a str, Option<&'a str>);

/// What `service` needs, sent by the first member; no moment has this id.
fn valid<'a>(world: &'a World, service: &str) -> Params<'a> {
    let mut params = session(world, AUTHOR);
    if ACTIONS.contains(&service) {
        params.push(("id", "1"));
    }
    params
}

fn path(service: &str) -> String {
    format!("/api/{}", service.replace('.', "/"))
}

/// Sends `service` once for each case, all else valid; nothing is ever stored.
async fn check(world: &World, service: &str, cases: &[Case<'_>]) {
    let before = stored(world).await;
    for (name, value, refusal) in cases {
        let params = with(&valid(world, service), name, value);
        for call in [get(service, &params), post(service, &params)] {
            let reply = world.send(call).await;
            assert_eq!(reply.status, 200);
            match refusal {
                Some(text) => assert_invalid(&reply, 400, text),
                None => assert_eq!(reply.json()["ret"], 200, "{name}={value} {}", reply.body),
            }
        }
    }
    assert_eq!(stored(world).await, before, "{service}");
}

#[tokio::test]
async fn sessions_have_32_and_64_characters() {
    let world = World::new().await;
    for (name, length) in [("uuid", 32), ("token", 64)] {
        let [under, over] = ["A".repeat(length - 1), "A".repeat(length + 1)];
        let [blank, short] = [0, length - 1]
            .map(|n| format!("{name}.len应该大于或等于{length}, 但现在{name}.len = {n}"));
        let long = format!(
            "{name}.len应该小于等于{length}, 但现在{name}.len = {}",
            length + 1
        );
        let cases: [Case<'_>; 3] = [
            (name, "", Some(&blank)),
            (name, &under, Some(&short)),
            (name, &over, Some(&long)),
        ];
        for service in SIGNED_IN {
            check(&world, service, &cases).await;
        }
    }
}

#[tokio::test]
async fn numbers_have_their_ranges() {
    let world = World::new().await;
    let low = |name: &str, least: i64, value: i64| {
        format!("{name}应该大于或等于{least}, 但现在{name} = {value}")
    };
    let high = |value: i64| format!("perpage应该小于等于100, 但现在perpage = {value}");
    for (service, name, least) in [
        (SHOW_MOMENT, "lastid", 2),
        (SHOW_MOMENT, "perpage", 1),
        (GET_MY_MOMENT, "page", 1),
        (GET_MY_MOMENT, "perpage", 1),
        (GIVE_LIKE, "id", 1),
        (DELETE_MOMENT, "id", 1),
    ] {
        let [zero, negative] = [low(name, least, 0), low(name, least, -1)];
        let lowest = low(name, least, i64::MIN);
        let below = low(name, least, least - 1);
        let [first, under] = [least.to_string(), (least - 1).to_string()];
        let [above, highest] = [high(101), high(i64::MAX)];
        let (is_size, max) = (name == "perpage", i64::MAX.to_string());
        // A blank is no number; only what is optional may be left blank.
        let blank = (name == "id").then_some(zero.as_str());
        let cases: [Case<'_>; 11] = [
            (name, &first, None),
            (name, "2.9", None),
            (name, "100", None),
            (name, "", blank),
            (name, &under, Some(&below)),
            (name, "abc", Some(&zero)),
            (name, "0.9", Some(&zero)),
            (name, "-1.5x", Some(&negative)),
            (name, "-9223372036854775808", Some(&lowest)),
            (name, "101", is_size.then_some(above.as_str())),
            (name, &max, is_size.then_some(highest.as_str())),
        ];
        check(&world, service, &cases).await;
    }
}

#[tokio::test]
async fn the_first_missing_parameter_is_named_in_documented_order() {
    let world = World::new().await;
    for service in ALL {
        let order: &[&str] = match service {
            SHOW_MOMENT => &["app_key"],
            GET_MY_MOMENT => &["app_key", "uuid", "token"],
            _ => &["app_key", "uuid", "token", "id"],
        };
        let all = with(&valid(&world, service), "app_key", OPEN_APP);
        for (present, name) in order.iter().enumerate() {
            let mut first = all.clone();
            first.retain(|(other, _)| order[..present].contains(other));
            for params in [first, without(&all, name)] {
                let reply = world.send(Call::post(&path(service)).form(&params)).await;
                assert_invalid(&reply, 400, &format!("缺少必要参数{name}"));
            }
        }
    }
}

#[tokio::test]
async fn the_first_failing_rule_in_documented_order_wins() {
    let world = World::new().await;
    let rules: [(&str, &str, &str); 7] = [
        ("app_key", "short", "app_key.len"),
        ("uuid", "short", "uuid.len"),
        ("token", "short", "token.len"),
        ("lastid", "1", "lastid应该"),
        ("page", "0", "page应该"),
        ("id", "0", "id应该"),
        ("perpage", "0", "perpage应该"),
    ];
    for (service, names) in [
        (SHOW_MOMENT, &["app_key", "token", "lastid", "perpage"][..]),
        (
            GET_MY_MOMENT,
            &["app_key", "uuid", "token", "page", "perpage"],
        ),
        (GIVE_LIKE, &["app_key", "uuid", "token", "id"]),
        (DELETE_MOMENT, &["app_key", "uuid", "token", "id"]),
    ] {
        // All are wrong at first; what is named is then put right, and the others are not rules here.
        let mut params = valid(&world, service);
        for (name, value, _) in rules {
            params = with(&params, name, value);
        }
        for name in names {
            let (_, _, begin) = rules.iter().find(|(rule, ..)| rule == name).unwrap();
            let reply = world.send(post(service, &params)).await;
            assert_refused(&reply, 400, &format!("{PREFIX}{begin}"));
            let right = valid(&world, service);
            let right = right.iter().find(|(other, _)| other == name);
            params = without(&params, name);
            params.extend(right);
        }
        assert_eq!(world.send(post(service, &params)).await.json()["ret"], 200);
    }
}

#[tokio::test]
async fn a_session_must_be_live() {
    let world = World::new().await;
    let id = publish(&world, AUTHOR, &[]).await.to_string();
    let params = with(&session(&world, AUTHOR), "id", &id);
    let stranger = &world.demo.members[OTHER];
    let [zeros, nobody] = ["0".repeat(64), "F".repeat(32)];
    let before = stored(&world).await;
    for service in SIGNED_IN {
        for wrong in [
            with(&params, "token", &zeros),
            with(&params, "token", &stranger.token),
            with(&params, "uuid", &stranger.uuid),
            with(&params, "uuid", &nobody),
        ] {
            let reply = world.send(post(service, &wrong)).await;
            assert_invalid(&reply, 401, DEAD);
        }
    }
    assert_eq!(stored(&world).await, before);
    world.pass(30 * 24 * 3600 - 1);
    for service in SIGNED_IN {
        data(&world.send(post(service, &params)).await);
    }
    world.pass(1);
    let before = stored(&world).await;
    for service in SIGNED_IN {
        let reply = world.send(post(service, &params)).await;
        assert_invalid(&reply, 401, DEAD);
    }
    assert_eq!(stored(&world).await, before);
}

/// Sends `service` by the signed app, with a wrong signature.
async fn unsigned(world: &World, service: &str, params: &[(&str, &str)]) -> Reply {
    let names = [("s", service), ("app_key", SIGNED_APP)];
    let form = with(params, "sign", "0");
    world.send(Call::post("/").query(&names).form(&form)).await
}

#[tokio::test]
async fn of_several_failures_the_first_in_the_order_of_checks_is_answered() {
    let world = World::new().await;
    let secret = world.demo.apps[1].app_secrect.clone();
    let (zeros, unknown) = ("0".repeat(64), "X".repeat(32));
    let dead = |service| with(&valid(&world, service), "token", &zeros);
    for service in ALL {
        let params = with(&dead(service), "app_key", &unknown);
        let reply = world.send(post(service, &params)).await;
        assert_refused(&reply, 406, "非法app_key");
        let params = with(&with(&params, "perpage", "0"), "id", "0");
        let reply = world.send(post(service, &params)).await;
        assert_refused(&reply, 400, "应该大于或等于1");
    }
    let (active, broken) = (Status::Active, Status::SubAppFailure);
    // What is wrong with the app: its state, the caller's address, closed operations, its plan.
    for (status, is_denied, is_closed, plan, ret) in [
        (Status::Banned, true, true, Plan::Free, 408),
        (Status::Expired, true, true, Plan::Free, 407),
        (broken, true, true, Plan::Free, 402),
        (active, false, true, Plan::Full, 415),
        (active, false, false, Plan::Free, 416),
        (broken, false, false, Plan::Full, 417),
        (active, false, false, Plan::Full, 409),
    ] {
        set_app(&world, SIGNED_APP, |app| {
            (app.status, app.plan) = (status, plan);
            app.ip_deny.clear();
            if is_denied {
                app.ip_deny.push("203.0.113.0/24".parse().unwrap());
            }
            app.closed.clear();
            if is_closed {
                app.closed = ALL.map(str::to_owned).into();
            }
        })
        .await;
        let before = stored(&world).await;
        for service in ALL {
            let reply = unsigned(&world, service, &dead(service)).await;
            assert_eq!(reply.json()["ret"], ret, "{service} {}", reply.body);
        }
        assert_eq!(stored(&world).await, before);
    }
    // The rate comes before the signature, the signature before the session, that before the rest.
    set_app(&world, SIGNED_APP, |app| app.per_second = Some(1)).await;
    for service in ALL {
        world.pass(1);
        let call = signed(service, SIGNED_APP, &secret, &dead(service));
        let reply = world.send(call).await;
        if service == SHOW_MOMENT {
            assert_eq!(data(&reply)["total"], 0);
        } else {
            assert_invalid(&reply, 401, DEAD);
        }
        let reply = unsigned(&world, service, &dead(service)).await;
        assert_refused(&reply, 414, "并发过高");
        world.pass(1);
        let live = valid(&world, service);
        let reply = world
            .send(signed(service, SIGNED_APP, &secret, &live))
            .await;
        match service {
            GIVE_LIKE | DELETE_MOMENT => assert_answer(&reply, GONE),
            _ => assert_eq!(data(&reply)["total"], 0),
        }
    }
}

const FORMS: usize = 9;

/// The ways in which a call may come.
fn forms(service: &str, params: &[(&str, &str)]) -> [Call; FORMS] {
    let path = path(service);
    let (class, action) = path.rsplit_once('/').unwrap();
    let lower = format!("{class}/{}", action.to_lowercase());
    let named = with(params, "app_key", OPEN_APP);
    let by_s = with(&named, "s", service);
    let fields = named.iter().map(|(name, value)| match *name {
        "id" => ("id".to_owned(), json!(value.parse::<u64>().unwrap())),
        _ => ((*name).to_owned(), json!(value)),
    });
    [
        get(service, params),
        post(service, params),
        Call::get(&path).query(&named),
        Call::post(&path).query(&named),
        Call::post(&path).form(&named),
        Call::post(&path).multipart(&named),
        Call::post(&path).json(&Value::Object(fields.collect())),
        Call::post(&lower).form(&named),
        Call::post("//").multipart(&by_s),
    ]
}

#[tokio::test]
async fn every_form_of_request_is_answered() {
    let world = World::new().await;
    let live = session(&world, AUTHOR);
    for service in ALL {
        for form in 0..FORMS {
            let id = publish(&world, AUTHOR, &[]).await;
            let sent = id.to_string();
            let call = forms(service, &with(&live, "id", &sent))[form].clone();
            let reply = world.send(call).await;
            let newest = list(&world, SHOW_MOMENT, None, &[("perpage", "1")]).await;
            let newest = &newest["items"][0];
            match service {
                GIVE_LIKE => {
                    assert_answer(&reply, DONE);
                    assert_eq!(newest["id"], id);
                    assert_eq!(newest["moment_like"], "1");
                }
                DELETE_MOMENT => {
                    assert_answer(&reply, DONE);
                    assert_ne!(newest["id"], id);
                }
                _ => assert_eq!(data(&reply)["items"][0]["id"], id, "form {form}"),
            }
        }
    }
}

#[tokio::test]
async fn return_data_1_gives_the_data_alone_and_the_header_the_status() {
    let world = World::new().await;
    let zeros = "0".repeat(64);
    for service in ALL {
        let code = if ACTIONS.contains(&service) {
            r#"{"err_code":1,"err_msg":"动态不存在或已被删除"}"#
        } else {
            r#"{"err_code":0,"err_msg":"","total":0,"items":[]}"#
        };
        let params = with(&valid(&world, service), "return_data", "1");
        let reply = world.send(get(service, &params)).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, code));
        if service == SHOW_MOMENT {
            continue;
        }
        let dead = with(&params, "token", &zeros);
        let expected = format!(r#"{{"err_code":401,"err_msg":"{PREFIX}{DEAD}"}}"#);
        let call = Call::post(&path(service)).form(&dead);
        let reply = world.send(call.header("appkey", OPEN_APP)).await;
        assert_eq!((reply.status, reply.body), (401, expected));
    }
    let id = publish(&world, OTHER, &[]).await.to_string();
    let params = with(&session(&world, OTHER), "id", &id);
    let params = with(&params, "return_data", "1");
    for service in ACTIONS {
        let reply = world.send(post(service, &params)).await;
        assert_eq!(reply.body, r#"{"err_code":0,"err_msg":""}"#);
    }
    assert_eq!(seen(&world, SHOW_MOMENT, Some(OTHER)).await.1, 0);
}

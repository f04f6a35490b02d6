//! The order of checks (okayapi section 4.1): of two failures the first in the order is answered.

use demo::{OPEN_APP, SIGNED_APP};
use weiquan_store::clients::{Plan, Status};

use crate::okay::{
    MOMENT, POST, Params, SHOW, assert_invalid, assert_refused, get, post, set_app, signed, stored,
    valid, with, without,
};
use crate::world::{Call, Reply, World};

const NOT_JSON: &str = "参数more_data的JSON数据格式错误";

/// The addresses that callers have by default, and others.
const DENIED: &str = "203.0.113.0/24";
const ELSEWHERE: &str = "198.51.100.0/24";

/// Sends `service` with its valid parameters by the signed app, with a wrong signature.
async fn unsigned(world: &World, service: &str) -> Reply {
    let params = with(&valid(world, service), "sign", "0");
    let names = [("s", service), ("app_key", SIGNED_APP)];
    world
        .send(Call::post("/").query(&names).form(&params))
        .await
}

#[tokio::test]
async fn the_first_missing_parameter_of_a_moment_is_named_in_documented_order() {
    let world = World::new().await;
    let all = with(&valid(&world, MOMENT), "app_key", OPEN_APP);
    let order = [
        "app_key",
        "uuid",
        "token",
        "moment_nickname",
        "moment_access",
    ];
    let path = "/api/App/Market_Minimoments/PostMoment";
    for present in 0..order.len() {
        let some: Params = all
            .iter()
            .filter(|(name, _)| order[..present].contains(name))
            .copied()
            .collect();
        let reply = world.send(Call::post(path).form(&some)).await;
        assert_invalid(&reply, 400, &format!("缺少必要参数{}", order[present]));
    }
    for name in order {
        let reply = world
            .send(Call::get(path).query(&without(&all, name)))
            .await;
        assert_invalid(&reply, 400, &format!("缺少必要参数{name}"));
    }
}

#[tokio::test]
async fn the_first_failing_rule_in_documented_order_wins() {
    let world = World::new().await;
    let (a33, a65, a101) = ("A".repeat(33), "A".repeat(65), "A".repeat(101));
    let bad = [
        (
            SHOW,
            vec![
                ("message_key", a65.as_str(), "message_key.len"),
                ("page", "0", "page应该"),
                ("perpage", "0", "perpage应该"),
            ],
        ),
        (
            POST,
            vec![
                ("message_nickname", a33.as_str(), "message_nickname.len"),
                ("message_key", a65.as_str(), "message_key.len"),
                ("message_pid", "-1", "message_pid应该"),
                ("more_data", "{", NOT_JSON),
            ],
        ),
        (
            MOMENT,
            vec![
                ("uuid", "", "uuid.len"),
                ("token", "", "token.len"),
                ("moment_nickname", a101.as_str(), "moment_nickname.len"),
                ("moment_access", "3", "moment_access应该"),
                ("more_data", "{", NOT_JSON),
            ],
        ),
    ];
    for (service, rules) in bad {
        for first in 0..rules.len() {
            let mut params = valid(&world, service);
            for (name, value, _) in &rules[first..] {
                params = with(&params, name, value);
            }
            let reply = world.send(post(service, &params)).await;
            let begin = format!("客户端非法请求：{}", rules[first].2);
            let msg = reply.json()["msg"].as_str().unwrap().to_owned();
            assert!(msg.starts_with(&begin), "{msg} is not {begin}");
        }
    }
    let nothing = with(&[], "message_nickname", &a33);
    let reply = world.send(post(POST, &nothing)).await;
    assert_invalid(&reply, 400, "缺少必要参数message_content");
}

#[tokio::test]
async fn an_unknown_service_comes_before_everything() {
    let world = World::new().await;
    set_app(&world, OPEN_APP, |app| {
        app.status = Status::Banned;
        app.ip_deny = vec![DENIED.parse().unwrap()];
    })
    .await;
    let reply = world.send(get("App.No.Way", &[("perpage", "0")])).await;
    assert_invalid(&reply, 404, "接口服务App.No.Way不存在");
}

#[tokio::test]
async fn rules_come_before_the_key_and_the_key_before_the_rest() {
    let world = World::new().await;
    let unknown = "X".repeat(32);
    let pairs = [("s", SHOW), ("app_key", unknown.as_str()), ("sign", "0")];
    let reply = world
        .send(Call::get("/").query(&with(&pairs, "perpage", "0")))
        .await;
    assert_invalid(&reply, 400, "perpage应该大于或等于1, 但现在perpage = 0");
    let reply = world.send(Call::get("/").query(&pairs)).await;
    assert_refused(&reply, 406, "非法app_key");
    let token = "0".repeat(64);
    let mut dead = with(&valid(&world, MOMENT), "token", &token);
    dead.extend([("s", MOMENT), ("app_key", unknown.as_str())]);
    let reply = world.send(Call::post("/").form(&dead)).await;
    assert_refused(&reply, 406, "非法app_key");
    for status in [Status::Expired, Status::Banned, Status::SubAppFailure] {
        set_app(&world, OPEN_APP, |app| app.status = status).await;
        let reply = world.send(get(SHOW, &[("page", "0")])).await;
        assert_invalid(&reply, 400, "page应该大于或等于1, 但现在page = 0");
    }
}

#[tokio::test]
async fn the_state_comes_before_the_address() {
    let world = World::new().await;
    for (status, ret) in [(Status::Expired, 407), (Status::Banned, 408)] {
        set_app(&world, SIGNED_APP, |app| {
            app.status = status;
            app.ip_deny = vec![DENIED.parse().unwrap()];
            app.ip_allow = vec![ELSEWHERE.parse().unwrap()];
            app.closed.insert(SHOW.to_owned());
            app.plan = Plan::Free;
        })
        .await;
        let reply = unsigned(&world, SHOW).await;
        assert_eq!(reply.json()["ret"], ret, "{}", reply.body);
    }
}

#[tokio::test]
async fn the_address_comes_before_the_operation() {
    let world = World::new().await;
    for (deny, allow, ret) in [
        (vec![DENIED], vec![], 402),
        (vec![DENIED], vec![DENIED], 402),
        (vec![], vec![ELSEWHERE], 403),
    ] {
        for status in [Status::Active, Status::SubAppFailure] {
            set_app(&world, SIGNED_APP, |app| {
                app.ip_deny = deny.iter().map(|net| net.parse().unwrap()).collect();
                app.ip_allow = allow.iter().map(|net| net.parse().unwrap()).collect();
                app.closed.insert(SHOW.to_owned());
                app.plan = Plan::Free;
                app.status = status;
            })
            .await;
            let reply = unsigned(&world, SHOW).await;
            assert_eq!(reply.json()["ret"], ret, "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn the_operation_comes_before_the_rate_and_the_rate_before_the_signature() {
    let world = World::new().await;
    let secret = world.demo.apps[1].app_secrect.clone();
    set_app(&world, SIGNED_APP, |app| app.per_second = Some(1)).await;
    let reply = world.send(signed(SHOW, SIGNED_APP, &secret, &[])).await;
    assert_eq!(reply.json()["ret"], 200);
    let reply = unsigned(&world, SHOW).await;
    assert_refused(&reply, 414, "并发过高");
    let use_up = |closed: bool, plan, status| {
        let world = &world;
        let secret = secret.as_str();
        async move {
            set_app(world, SIGNED_APP, |app| {
                app.closed.clear();
                if closed {
                    app.closed.insert(SHOW.to_owned());
                }
                (app.plan, app.status) = (Plan::Full, Status::Active);
            })
            .await;
            // Posting is not closed: it uses the second up, then the app changes without its passing.
            let params = [("message_content", "x")];
            let reply = world.send(signed(POST, SIGNED_APP, secret, &params)).await;
            assert_eq!(reply.json()["ret"], 200, "{}", reply.body);
            let other = world.another_process(9);
            let at = world.now();
            set_app(world, SIGNED_APP, |app| {
                (app.plan, app.status) = (plan, status)
            })
            .await;
            world.clock.set(at);
            let call = signed(SHOW, SIGNED_APP, secret, &[]);
            world.send_to(&other, call).await.json()["ret"].as_u64()
        }
    };
    let (full, active) = (Plan::Full, Status::Active);
    assert_eq!(use_up(false, full, active).await, Some(414));
    assert_eq!(use_up(true, full, active).await, Some(415));
    assert_eq!(use_up(false, Plan::Free, active).await, Some(416));
    assert_eq!(use_up(false, full, Status::SubAppFailure).await, Some(417));
}

#[tokio::test]
async fn the_signature_comes_before_the_session_and_the_session_before_the_business() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    let token = "0".repeat(64);
    let before = stored(&world).await;
    let dead = with(&valid(&world, MOMENT), "token", &token);
    let names = [("s", MOMENT), ("app_key", SIGNED_APP)];
    let reply = world.send(Call::post("/").query(&names).form(&dead)).await;
    assert_refused(&reply, 409, "签名错误");
    let reply = world.send(signed(MOMENT, SIGNED_APP, secret, &dead)).await;
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    let session = without(&without(&dead, "moment_nickname"), "moment_access");
    let mut orphan = with(&session, "message_pid", "123456789");
    orphan.push(("message_content", "x"));
    let reply = world.send(post(POST, &orphan)).await;
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    let reply = world.send(post(POST, &without(&orphan, "token"))).await;
    assert_eq!(reply.json()["data"]["err_code"], 1);
    assert_eq!(stored(&world).await, before);
}

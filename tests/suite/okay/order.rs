//! The order of checks (okayapi section 4.1): of two failures the first in the order is answered.

use demo::{OPEN_APP, SIGNED_APP};
use weiquan::okay::{Login, Operation};
use weiquan_store::clients::{Plan, Status};

use crate::support::okay::*;
use crate::support::{Call, Reply, World};

/// The addresses that callers have by default, and others.
const DENIED: &str = "203.0.113.0/24";
const ELSEWHERE: &str = "198.51.100.0/24";

/// What a refusal says.
fn told(ret: u16) -> &'static str {
    match ret {
        402 => "IP已被黑名单拦截",
        403 => "IP未命中白名单",
        407 => "当前应用已过期",
        408 => "当前应用存在异常，已被封号",
        409 => "签名错误",
        415 => "接口已被开发者关闭",
        416 => "个人免费版套餐无法使用专业版接口",
        417 => "子应用异常",
        _ => panic!("{ret} is no state of an app"),
    }
}

/// Sends `service` with its valid parameters by the signed app, with a wrong signature.
async fn unsigned(world: &World, service: &str) -> Reply {
    let params = with(&valid(world, service), "sign", "0");
    let names = [("s", service), ("app_key", SIGNED_APP)];
    world
        .send(Call::post("/").query(&names).form(&params))
        .await
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
async fn the_operation_comes_before_the_rate_and_the_rate_before_the_signature() {
    let world = World::new().await;
    let secret = world.demo.apps[1].app_secrect.clone();
    set_app(&world, SIGNED_APP, |app| app.per_second = Some(1)).await;
    assert_ret(
        &world.send(signed(SHOW, SIGNED_APP, &secret, &[])).await,
        200,
    );
    assert_refused(&unsigned(&world, SHOW).await, 414, "并发过高");
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
            assert_ret(
                &world.send(signed(POST, SIGNED_APP, secret, &params)).await,
                200,
            );
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
async fn the_session_comes_before_the_business() {
    let world = World::new().await;
    let token = "0".repeat(64);
    let before = stored(&world).await;
    let dead = with(&valid(&world, MOMENT), "token", &token);
    let session = without(&without(&dead, "moment_nickname"), "moment_access");
    let mut orphan = with(&session, "message_pid", "123456789");
    orphan.push(("message_content", "x"));
    let reply = world.send(post(POST, &orphan)).await;
    assert_refused(&reply, 401, "登录会话已过期，请重新登录");
    let reply = world.send(post(POST, &without(&orphan, "token"))).await;
    assert_eq!(reply.json()["data"]["err_code"], 1);
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn of_several_failures_the_first_in_the_order_of_checks_is_answered() {
    let world = World::new().await;
    let secret = &world.demo.apps[1].app_secrect;
    let token = "0".repeat(64);
    let dead = |operation: &Operation| match operation.login {
        Login::Required => with(&sample(&world, operation), "token", &token),
        _ => sample(&world, operation),
    };
    let unsigned_call = |operation: &Operation| {
        let names = [("s", operation.name), ("app_key", SIGNED_APP)];
        Call::post("/")
            .query(&names)
            .form(&[&dead(operation)[..], &[("sign", "0")]].concat())
    };
    let (active, broken) = (Status::Active, Status::SubAppFailure);
    let (here, elsewhere) = (&[DENIED][..], &[ELSEWHERE][..]);
    // The app's state, the caller's address, closed operations, the plan, and the signature.
    for (status, deny, allow, is_closed, plan, ret) in [
        (Status::Banned, here, elsewhere, true, Plan::Free, 408),
        (Status::Expired, here, elsewhere, true, Plan::Free, 407),
        (broken, here, here, true, Plan::Free, 402),
        (active, here, &[], true, Plan::Free, 402),
        (broken, &[], elsewhere, true, Plan::Free, 403),
        (active, &[], elsewhere, true, Plan::Free, 403),
        (broken, &[], &[], true, Plan::Free, 415),
        (active, &[], &[], false, Plan::Free, 416),
        (broken, &[], &[], false, Plan::Full, 417),
        (active, &[], &[], false, Plan::Full, 409),
    ] {
        set_app(&world, SIGNED_APP, |app| {
            (app.status, app.plan) = (status, plan);
            app.ip_deny = deny.iter().map(|net| net.parse().unwrap()).collect();
            app.ip_allow = allow.iter().map(|net| net.parse().unwrap()).collect();
            let closed = front::OKAY.iter().filter(|_| is_closed);
            app.closed = closed.map(|operation| operation.name.to_owned()).collect();
        })
        .await;
        let before = stored(&world).await;
        for operation in front::OKAY {
            let is_free = ret == 416 && !operation.professional;
            let reply = world.send(unsigned_call(operation)).await;
            let ret = if is_free { 409 } else { ret };
            assert_eq!(reply.status, 200);
            assert_refused(&reply, ret, told(ret));
        }
        assert_eq!(stored(&world).await, before);
    }
    // The rate comes before the signature, and that before the session.
    set_app(&world, SIGNED_APP, |app| app.per_second = Some(1)).await;
    for operation in front::OKAY {
        world.pass(1);
        let call = signed(operation.name, SIGNED_APP, secret, &dead(operation));
        let reply = world.send(call).await;
        let is_silent = [CHECK, LOGOUT].contains(&operation.name);
        let ret = if operation.login == Login::Required && !is_silent {
            401
        } else {
            200
        };
        assert_ret(&reply, ret);
        let reply = world.send(unsigned_call(operation)).await;
        assert_refused(&reply, 414, "并发过高");
    }
}

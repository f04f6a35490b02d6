//! What refuses a call of the four operations on moments, in which order, and how a call may come
//! (okayapi sections 2.1, 3.4, 4.1, 4.2, 7.2 and 8).

use demo::OPEN_APP;

use crate::support::okay::*;
use crate::support::{BAI, Call, STAR, World};

const ALL: [&str; 4] = [SHOW_MOMENT, GET_MY_MOMENT, GIVE_LIKE, DELETE_MOMENT];

const ACTIONS: [&str; 2] = [GIVE_LIKE, DELETE_MOMENT];
const DEAD: &str = "登录会话已过期，请重新登录";

/// What `service` needs, sent by the first member; no moment has this id.
fn valid<'a>(world: &'a World, service: &str) -> Params<'a> {
    let mut params = session(world, BAI);
    if ACTIONS.contains(&service) {
        params.push(("id", "1"));
    }
    params
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
    let id = publish(&world, STAR, &[]).await.to_string();
    let params = with(&session(&world, STAR), "id", &id);
    let params = with(&params, "return_data", "1");
    for service in ACTIONS {
        let reply = world.send(post(service, &params)).await;
        assert_eq!(reply.body, r#"{"err_code":0,"err_msg":""}"#);
    }
    assert_eq!(seen(&world, SHOW_MOMENT, Some(STAR)).await.1, 0);
}

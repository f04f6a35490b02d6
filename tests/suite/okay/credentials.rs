//! How `uuid` and `token` may be spelled, and how long they may be, in every operation (okayapi sections 4
//! and 7.3).

use demo::OPEN_APP;
use serde_json::{Value, json};
use weiquan::okay::Login;

use crate::support::okay::*;
use crate::support::{BAI, STAR, World};

/// What every operation needs besides a login: each ignores what it does not know.
fn needs(world: &World) -> Params<'_> {
    let member = world.member(STAR);
    vec![
        ("username", "nobody"),
        ("password", "0123456789abcdef0123456789abcdef"),
        ("old_password", "0123456789abcdef0123456789abcdef"),
        ("new_password", "0123456789abcdef0123456789abcdef"),
        ("other_uuid", member.uuid.as_str()),
        ("ext_info", "{}"),
        ("name", "x"),
        ("message_content", "x"),
        ("moment_nickname", "x"),
        ("moment_access", "0"),
        ("id", "1"),
    ]
}

#[tokio::test]
async fn lengths_are_checked_wherever_they_are_sent_but_in_show() {
    let world = World::new().await;
    let [uuid, long_uuid] = ["A".repeat(32), "A".repeat(33)];
    let [token, short, long] = [64, 63, 65].map(|len| "A".repeat(len));
    let wide = "字".repeat(33);
    let before = stored(&world).await;
    for operation in front::OKAY {
        let is_refused = operation.name != SHOW;
        for (sent, text) in [
            (
                vec![("uuid", &*long_uuid)],
                "uuid.len应该小于等于32, 但现在uuid.len = 33",
            ),
            (
                vec![("uuid", &*wide), ("token", &*token)],
                "uuid.len应该小于等于32, 但现在uuid.len = 33",
            ),
            (
                vec![("uuid", &*uuid), ("token", &*short)],
                "token.len应该大于或等于64, 但现在token.len = 63",
            ),
            (
                vec![("uuid", &*uuid), ("token", &*long)],
                "token.len应该小于等于64, 但现在token.len = 65",
            ),
        ] {
            let params = [needs(&world), sent.clone()].concat();
            for call in [get(operation.name, &params), post(operation.name, &params)] {
                let reply = world.send(call).await;
                if is_refused {
                    assert_invalid(&reply, 400, text);
                } else {
                    assert_eq!(reply.json()["ret"], 200, "{}", reply.body);
                }
            }
        }
        if operation.login == Login::Required {
            continue;
        }
        // One without the other, too.
        let params = [needs(&world), vec![("token", &*short)]].concat();
        let reply = world.send(post(operation.name, &params)).await;
        assert_eq!(reply.json()["ret"] == 400, is_refused, "{}", reply.body);
    }
    assert_eq!(stored(&world).await, before);
    // Where a login is not needed, a short uuid or a blank is as none.
    for operation in front::OKAY {
        if operation.login == Login::Required {
            continue;
        }
        for sent in [
            vec![("uuid", "short")],
            vec![("uuid", ""), ("token", "")],
            vec![("uuid", &*uuid), ("token", "")],
            vec![("uuid", ""), ("token", &*token)],
        ] {
            let params = [needs(&world), sent].concat();
            let reply = world.send(post(operation.name, &params)).await;
            assert_ret(&reply, 200);
        }
    }
}

/// The same in lower case.
fn lower(params: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let lower = |(name, value): &(&'static str, &str)| (*name, value.to_ascii_lowercase());
    params.iter().map(lower).collect()
}

#[tokio::test]
async fn hex_digits_may_come_in_lower_case() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    let upper = [("uuid", user.uuid.as_str()), ("token", &user.token)];
    let [uuid, token] = [0, 1].map(|at| lower(&upper)[at].1.clone());
    let private = publish(&world, BAI, &[("moment_access", "2")]).await;
    for (uuid, token) in [(&uuid, &user.token), (&user.uuid, &token), (&uuid, &token)] {
        let login = [("uuid", uuid.as_str()), ("token", token.as_str())];
        let also = |more: &[(&'static str, &'static str)]| [&login[..], more].concat();
        let send =
            async |service: &str, params: &[(&str, &str)]| world.send(post(service, params)).await;
        assert_code(&send(CHECK, &login).await, 0, "");
        let info = |reply: crate::support::Reply| reply.json()["data"]["info"]["uuid"].take();
        assert_eq!(info(send(PROFILE, &login).await), user.uuid);
        let other = [("other_uuid", uuid.as_str())];
        assert_eq!(info(send(OTHER_PROFILE, &other).await), user.uuid);
        let lowered = User {
            uuid: uuid.clone(),
            token: token.clone(),
            ..user.clone()
        };
        let told = world.send(update(&lowered, "{\"a\":1}")).await;
        assert_eq!(told.json()["data"]["ext_info"], json!({"a": 1}));
        // What is written belongs to the one member.
        let moment = also(&[("moment_nickname", "x"), ("moment_access", "2")]);
        let moment =
            crate::support::okay::talk::posted(&send(crate::support::okay::MOMENT, &moment).await);
        let shown = [moment, private];
        for service in [SHOW_MOMENT, GET_MY_MOMENT] {
            let list = data(&send(service, &login).await);
            assert_eq!(found(&list), (shown.to_vec(), 2), "{service}");
            assert_eq!(seen(&world, service, Some(BAI)).await.0, shown);
        }
        let id = moment.to_string();
        for service in ["GiveLike", "DeleteMoment"] {
            let on = with(&login, "id", &id);
            let service = format!("App.Market_Minimoments.{service}");
            assert_code(&send(&service, &on).await, 0, "");
        }
        let message = also(&[("message_content", "x"), ("message_key", "k")]);
        crate::support::okay::talk::posted(&send(POST, &message).await);
        let page = [
            ("message_key", "k"),
            ("order", "2"),
            ("more_select", "uuid"),
        ];
        let page: Value = data(&send(SHOW, &page).await);
        assert_eq!(page["items"][0]["uuid"], user.uuid);
        assert!(!ids(&page["items"]).is_empty());
        // Whoever is logged in is no stranger.
        let names = [user.names(), login.to_vec()].concat();
        given(&send(LOGIN, &names).await, "token");
    }
    let other = login(&world, &user, None).await;
    let ends = [("uuid", uuid), ("token", other.token.to_lowercase())];
    let ends = ends.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_code(&world.send(post(LOGOUT, &ends)).await, 0, "");
    let reply = world.send(post(CHECK, &other.session())).await;
    assert_eq!(reply.json()["data"]["err_code"], 1);
    // The signature is over what was sent; the app's key has one spelling.
    let key = [("s", CHECK), ("app_key", &*OPEN_APP.to_lowercase())];
    let call = crate::support::Call::get("/")
        .query(&key)
        .query(&session(&world, BAI));
    assert_eq!(world.send(call).await.json()["ret"], 406);
}

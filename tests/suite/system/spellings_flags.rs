//! Yes, no and nothing in every spelling that clients send, as `tests/spellings.json` lists them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::okay::{LOGIN, User, assert_invalid, given, is_live, login, posted_id};
use crate::support::xweibo::{NO_NOTICE, act, assert_rst, refused};
use crate::support::{BAI, Call, World, okay, refs, xweibo};

#[derive(Deserialize)]
struct Spellings {
    yes: Vec<String>,
    no: Vec<String>,
    nothing: Vec<String>,
}

fn spellings() -> Spellings {
    serde_json::from_str(include_str!("../../spellings.json")).unwrap()
}

/// Every value of a JSON body that means `meaning`.
fn values(meaning: Option<bool>) -> Vec<Value> {
    let Spellings { yes, no, nothing } = spellings();
    let (texts, others) = match meaning {
        Some(true) => (yes, vec![json!(true), json!(1)]),
        Some(false) => (no, vec![json!(false), json!(0)]),
        None => (nothing, vec![Value::Null]),
    };
    texts.into_iter().map(Value::from).chain(others).collect()
}

#[tokio::test]
async fn yes_and_no_are_read_in_every_spelling() {
    let world = World::new().await;
    let Spellings { yes, no, nothing } = spellings();
    for (texts, is_set) in [(yes, true), (no, false), (nothing, false)] {
        for text in &texts {
            let pairs = [
                ("s", okay::SHOW),
                ("return_data", text),
                ("yesapi_allow_origin", text),
            ];
            for call in [Call::get("/").query(&pairs), Call::post("/").form(&pairs)] {
                let reply = world.send(call.query(&[("app_key", demo::OPEN_APP)])).await;
                assert_eq!(reply.json()["ret"].is_null(), is_set, "{text}");
            }
            let weibo = xweibo::accepted(
                &xweibo::update(&world, &[("text", &format!("{is_set} {text:?}"))]).await,
            );
            let id = weibo["id"].as_str().unwrap();
            let fields = xweibo::signed_at(
                &world,
                &world.member(BAI).site_uid,
                &xweibo::now(&world),
                "comment",
                &[("id", id), ("text", "t"), ("forward", text)],
            );
            let call = Call::post("/?m=api/weibo/action.comment").form(&refs(&fields));
            let reply = world.send(call).await;
            assert_eq!(reply.json()["errno"], 0, "{text}: {}", reply.body);
        }
        for value in [json!(is_set), json!(i64::from(is_set))] {
            let body = json!({"s": okay::SHOW, "app_key": demo::OPEN_APP, "return_data": value});
            let reply = world.send(Call::post("/").json(&body)).await;
            assert_eq!(reply.json()["ret"].is_null(), is_set, "{value}");
        }
    }
}

/// Logs in by a call with `is_allow_many` as `value`, in query, form and body; whether the login before
/// lives on.
async fn keeps(world: &World, user: &User, value: &Value) -> Vec<bool> {
    let mut params = user.names();
    params.extend([("s", LOGIN), ("app_key", demo::OPEN_APP)]);
    let mut calls = Vec::new();
    if let Some(text) = value.as_str() {
        let pairs = [&params[..], &[("is_allow_many", text)]].concat();
        calls.push(Call::get("/").query(&pairs));
        calls.push(Call::post("/").form(&pairs));
    }
    let mut body: serde_json::Map<String, Value> = params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect();
    body.insert("is_allow_many".to_owned(), value.clone());
    calls.push(Call::post("/").json(&Value::Object(body)));
    let mut kept = Vec::new();
    for call in calls {
        let before = login(world, user, None).await;
        given(&world.send(call).await, "token");
        kept.push(is_live(world, &before).await);
    }
    kept
}

#[tokio::test]
async fn earlier_logins_end_where_a_client_says_no_and_not_where_it_says_nothing() {
    let world = World::new().await;
    let user = User::demo(&world, BAI);
    for meaning in [Some(true), Some(false), None] {
        for value in values(meaning) {
            for kept in keeps(&world, &user, &value).await {
                assert_eq!(kept, meaning != Some(false), "{value}");
            }
        }
    }
}

#[tokio::test]
async fn true_and_false_are_the_numbers_1_and_0() {
    let world = World::new().await;
    let call = |service: &str, own: Value| {
        let mut body = json!({"s": service, "app_key": demo::OPEN_APP});
        let own = own.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(own);
        Call::post("/").json(&body)
    };
    let post = json!({"message_content": "c", "message_key": "k", "message_pid": false});
    for id in [1, 2] {
        let posted = world.send(call(okay::POST, post.clone())).await;
        assert_eq!(posted_id(&posted), id);
    }
    let page = json!({"message_key": "k", "page": true, "perpage": true});
    let shown = world.send(call(okay::SHOW, page)).await.json();
    let items = shown["data"]["items"].as_array().unwrap();
    assert_eq!((&shown["data"]["total"], items.len()), (&json!(2), 1));
    for name in ["page", "perpage"] {
        let refused = world.send(call(okay::SHOW, json!({name: false}))).await;
        let text = format!("{name}应该大于或等于1, 但现在{name} = 0");
        assert_invalid(&refused, 400, &text);
        // A blank field of a form, and `null`, are none.
        for blank in [json!(""), Value::Null] {
            let shown = world.send(call(okay::SHOW, json!({name: blank}))).await;
            assert_eq!(shown.json()["ret"], 200, "{}", shown.body);
        }
    }
}

#[tokio::test]
async fn a_setting_that_says_nothing_stays_as_it_is() {
    let world = World::new().await;
    for nothing in spellings().nothing {
        let both = [("comment", "1"), ("dm", &*nothing)];
        assert_rst(&act(&world, BAI, "saveNotice", &both).await, "true");
        refused(&act(&world, BAI, "saveNotice", &both[1..]).await, NO_NOTICE);
    }
}

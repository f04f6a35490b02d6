//! What no document foresees: broken and strange requests (okayapi sections 3.4 and 9b).

use demo::OPEN_APP;
use serde_json::json;
use weiquan::event::Event;

use crate::support::okay::*;
use crate::support::{Call, Reply, World};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const MULTIPART: &str = "multipart/form-data; boundary=XYZ";
const MIB: usize = 1 << 20;

/// A posting call whose own parameters stand in a body of this kind.
fn with_body(content_type: &str, body: &[u8]) -> Call {
    Call::post("/")
        .query(&[("s", POST), ("app_key", OPEN_APP)])
        .body(content_type, body)
}

/// Sends a call that is refused with 400 and stores nothing; gives the text.
async fn refuse(world: &World, call: Call) -> String {
    let before = stored(world).await;
    let msg = refused(&world.send(call).await);
    assert_eq!(stored(world).await, before, "{msg}");
    msg
}

#[track_caller]
fn refused(reply: &Reply) -> String {
    assert_eq!(reply.status, 200);
    let json = reply.json();
    assert_eq!(json["ret"], 400, "{}", reply.body);
    assert_eq!(json["data"], json!({}));
    let msg = json["msg"].as_str().unwrap();
    assert!(msg.starts_with(PREFIX), "{msg}");
    msg.to_owned()
}

/// A form of exactly `size` bytes that posts a message.
fn padded(size: usize) -> Vec<u8> {
    let mut body = b"message_content=x&padding=".to_vec();
    body.resize(size, b'a');
    body
}

/// The event of a call, for changes that no HTTP client could make.
fn event(world: &World, call: Call) -> Event {
    Event::new(call.0, world.now())
}

#[tokio::test]
async fn bodies_end_at_1_mib() {
    let world = World::new().await;
    refuse(&world, with_body(FORM, &padded(MIB + 1))).await;
    refuse(&world, with_body(FORM, &padded(4 * MIB))).await;
    let text = "a".repeat(MIB);
    let object = json!({"message_content": "x", "padding": text}).to_string();
    refuse(&world, with_body(JSON, object.as_bytes())).await;
    posted_id(&world.send(with_body(FORM, &padded(MIB))).await);
    let excess = object.len() - MIB;
    let object = json!({"message_content": "x", "padding": &text[excess..]}).to_string();
    assert_eq!(object.len(), MIB);
    posted_id(&world.send(with_body(JSON, object.as_bytes())).await);
}

#[tokio::test]
async fn bytes_that_are_not_utf8_are_refused() {
    let world = World::new().await;
    let multipart = |value: &[u8]| {
        let begin = b"--XYZ\r\nContent-Disposition: form-data; name=\"message_content\"\r\n\r\n";
        let body = [&begin[..], value, &b"\r\n--XYZ--\r\n"[..]].concat();
        with_body(MULTIPART, &body)
    };
    posted_id(&world.send(multipart("好".as_bytes())).await);
    let mut query = get(POST, &valid(&world, POST));
    query.0.query.push_str("&message_nickname=%E5%A5");
    let mut name = get(POST, &valid(&world, POST));
    name.0.query.push_str("&%ff=1");
    for call in [
        query,
        name,
        with_body(FORM, b"message_content=%ff"),
        with_body(FORM, b"message_content=x&unknown=%C0%80"),
        with_body(FORM, b"message_content=\xff"),
        with_body(FORM, b"message_content=%ED%A0%80"),
        with_body(JSON, b"{\"message_content\":\"\xff\"}"),
        with_body(JSON, b"{\"message_content\":\"x\",\"\xe5\xa5\":1}"),
        multipart(b"\xff"),
        multipart(b"\xe5\xa5"),
    ] {
        refuse(&world, call).await;
    }
}

#[tokio::test]
async fn broken_json_is_refused() {
    let world = World::new().await;
    for body in [
        "{",
        "}",
        "{\"message_content\":\"x\"",
        "{\"message_content\":\"x\"}}",
        "{\"message_content\":\"x\",}",
        "{\"message_content\":x}",
        "{'message_content':'x'}",
        "{\"message_content\":\"\\ud800\"}",
        "{\"message_content\":\"a\nb\"}",
        "message_content=x",
        "[{\"message_content\":\"x\"}]",
        "[\"message_content\",\"x\"]",
        "\"message_content\"",
        "5",
        "null",
        "true",
    ] {
        refuse(&world, with_body(JSON, body.as_bytes())).await;
    }
    let deep = format!(
        "{{\"message_content\":\"x\",\"more_data\":{}",
        "[".repeat(100_000)
    );
    refuse(&world, with_body(JSON, deep.as_bytes())).await;
    let closed = format!("{deep}{}}}", "]".repeat(100_000));
    refuse(&world, with_body(JSON, closed.as_bytes())).await;
}

#[tokio::test]
async fn broken_multipart_is_refused() {
    let world = World::new().await;
    let field = "--XYZ\r\nContent-Disposition: form-data; name=\"message_content\"\r\n\r\nx";
    let whole = format!("{field}\r\n--XYZ--\r\n");
    // The last boundary, or its dashes, may be missing, as in PHP.
    let dashes = format!("{field}\r\n--XYZ");
    for body in [&*whole, field, &*dashes] {
        posted_id(&world.send(with_body(MULTIPART, body.as_bytes())).await);
    }
    for (content_type, body) in [
        (MULTIPART, &field[..30]),
        (MULTIPART, "--XYZ"),
        (MULTIPART, "message_content=x"),
        (MULTIPART, "{\"message_content\":"),
        ("multipart/form-data", whole.as_str()),
        ("multipart/form-data; boundary=", whole.as_str()),
        ("multipart/form-data; boundary=OTHER", whole.as_str()),
    ] {
        refuse(&world, with_body(content_type, body.as_bytes())).await;
    }
}

#[tokio::test]
async fn bodies_of_another_kind_than_they_say_are_refused() {
    let world = World::new().await;
    let form = "message_content=x&message_nickname=n";
    let multipart =
        "--XYZ\r\nContent-Disposition: form-data; name=\"message_content\"\r\n\r\nx\r\n--XYZ--\r\n";
    for (content_type, body) in [
        (JSON, form),
        (JSON, multipart),
        (MULTIPART, form),
        (FORM, multipart),
        ("text/plain", multipart),
    ] {
        refuse(&world, with_body(content_type, body.as_bytes())).await;
    }
    // A JSON object counts whatever the type says.
    for content_type in [FORM, "text/plain", "text/html"] {
        let call = with_body(content_type, b"{\"message_content\":\"x\"}");
        posted_id(&world.send(call).await);
    }
}

#[tokio::test]
async fn each_reason_has_a_text_of_its_own() {
    let world = World::new().await;
    let mut broken_base64 = event(&world, with_body(FORM, b"message_content=x"));
    broken_base64.body = Some("%%%".to_owned());
    let broken_base64 = world.event(&world.ctx, "front", broken_base64).await;
    let mut texts = vec![
        refuse(&world, with_body(FORM, &padded(MIB + 1))).await,
        refuse(&world, with_body(FORM, b"message_content=%ff")).await,
        refuse(&world, with_body(JSON, b"{")).await,
        refuse(&world, with_body("multipart/form-data", b"x")).await,
        refused(&broken_base64),
    ];
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 5, "{texts:?}");
}

#[tokio::test]
async fn broken_base64_is_refused_by_every_operation() {
    let world = World::new().await;
    for (service, function) in [
        (SHOW, "okay-message-show"),
        (POST, "okay-message-post"),
        (MOMENT, "okay-post-moment"),
    ] {
        let path = format!("/api/{}", service.replace('.', "/"));
        let mut params = valid(&world, service);
        params.push(("app_key", OPEN_APP));
        // Everything needed stands in the query too: the body alone is at fault.
        let call = Call::post(&path).query(&params).form(&params);
        assert_eq!(front::route(&path).package(), function);
        for broken in ["%%%", "YWJj=", "a b=", "好"] {
            let mut event = event(&world, call.clone());
            event.body = Some(broken.to_owned());
            event.is_base64_encoded = true;
            let before = stored(&world).await;
            refused(&world.event(&world.ctx, function, event).await);
            assert_eq!(stored(&world).await, before, "{broken}");
        }
    }
}

#[tokio::test]
async fn characters_that_should_have_been_encoded_stand_for_themselves() {
    let world = World::new().await;
    let raw = "<b class=\"x\">{y: [1|2]} 好 \\^`</b>";
    let target = format!("/?s={POST}&app_key={OPEN_APP}&message_content={raw}&message_key={raw}");
    let id = posted_id(&world.send(Call::get(&target)).await);
    let plus = format!("/?s={POST}&app_key={OPEN_APP}&message_content=a+b%2Bc=d?e/%zz%");
    let next = posted_id(&world.send(Call::post(&plus)).await);
    let data = show(&world, &[("message_key", raw)]).await;
    assert_eq!(ids(&data["items"]), [id]);
    assert_eq!(data["items"][0]["message_content"], raw);
    let data = show(&world, &[]).await;
    assert_eq!(ids(&data["items"]), [id, next]);
    assert_eq!(data["items"][1]["message_content"], "a b+c=d?e/%zz%");
    let target = format!("/?s={SHOW}&app_key={OPEN_APP}&x=\"<{{ }}>\"&&&=&==&\u{7f}");
    let reply = world.send(Call::get(&target)).await;
    assert_eq!(reply.json()["data"]["total"], 2, "{}", reply.body);
}

#[tokio::test]
async fn a_nul_is_a_character_like_others() {
    let world = World::new().await;
    let text = "a\0b";
    let params = [("message_content", text), ("message_key", text)];
    let by_form = posted_id(&world.send(post(POST, &params)).await);
    let by_get = posted_id(&world.send(get(POST, &params)).await);
    let body = json!({"message_content": text, "message_key": text}).to_string();
    let by_json = posted_id(&world.send(with_body(JSON, body.as_bytes())).await);
    for key in ["a", "ab", "a\0"] {
        assert_eq!(show(&world, &[("message_key", key)]).await["total"], 0);
    }
    let data = show(&world, &[("message_key", text)]).await;
    assert_eq!(ids(&data["items"]), [by_form, by_get, by_json]);
    assert_eq!(data["items"][2]["message_content"], text);
    let moment = with(&valid(&world, MOMENT), "moment_place", text);
    posted_id(&world.send(post(MOMENT, &moment)).await);
}

#[tokio::test]
async fn an_event_with_nothing_in_it_is_answered() {
    let world = World::new().await;
    let reply = world.event(&world.ctx, "front", Event::default()).await;
    assert_eq!(reply.json()["ret"], 404, "{}", reply.body);
    for function in ["okay-message-show", "okay-message-post", "okay-post-moment"] {
        let reply = world.event(&world.ctx, function, Event::default()).await;
        let ret = reply.json()["ret"].as_u64().unwrap();
        assert!([400, 404].contains(&ret), "{function} {}", reply.body);
    }
}

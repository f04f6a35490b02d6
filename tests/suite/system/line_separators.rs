//! U+2028 and U+2029 end a line of JavaScript: in no JSON that is answered do they stand as they are.

use serde_json::Value;

use crate::support::qzone::{SHARE, api, feeds_page};
use crate::support::xweibo::{act, change_member, comment, publish};
use crate::support::{BAI, Call, Reply, STAR, World};

const TEXT: &str = "一\u{2028}\u{2029}二\\u2028";

/// The texts come as they were sent, and no separator stands raw.
#[track_caller]
fn assert_escaped(reply: &Reply, texts: usize) {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(
        !reply.body.contains(['\u{2028}', '\u{2029}']),
        "{}",
        reply.body
    );
    assert_eq!(
        reply.body.matches(r"\u2028\u2029").count(),
        texts,
        "{}",
        reply.body
    );
    let from = reply.body.find('{').unwrap();
    let to = reply.body.rfind('}').unwrap() + 1;
    let answer: Value = serde_json::from_str(&reply.body[from..to]).unwrap();
    assert_eq!(strings(&answer), texts, "{}", reply.body);
}

/// How many of the strings in a value hold the text.
fn strings(value: &Value) -> usize {
    match value {
        Value::String(text) => usize::from(text.contains(TEXT)),
        Value::Array(items) => items.iter().map(strings).sum(),
        Value::Object(fields) => fields.values().map(strings).sum(),
        _ => 0,
    }
}

#[tokio::test]
async fn xweibo_escapes_them() {
    let world = World::new().await;
    let weibo = publish(&world, BAI, TEXT).await;
    comment(&world, BAI, &weibo, TEXT).await;
    change_member(&world, BAI, |member| member.description = TEXT.to_owned()).await;
    let all = [
        ("id", &*weibo),
        ("text", TEXT),
        ("forward", "1"),
        ("tagName", "一\u{2028}"),
    ];
    for (name, params, texts) in [
        ("userTimeline", &[][..], 1),
        ("show", &all, 1),
        ("getComments", &all, 1),
        // The comment, the repost and what it shows.
        ("comment", &all, 3),
        ("createTags", &all, 0),
    ] {
        assert_escaped(&act(&world, BAI, name, params).await, texts);
    }
    let uid = world.member(STAR).uid.to_string();
    act(&world, BAI, "createFriendship", &[("uid", &*uid)]).await;
    assert_escaped(&act(&world, STAR, "followers", &[]).await, 1);
    let tags = act(&world, BAI, "getTags", &[]).await;
    assert!(tags.body.contains(r"一\u2028"), "{}", tags.body);
    let link = format!("http://a.cn/ {TEXT}");
    assert_escaped(&act(&world, BAI, "update", &[("text", &*link)]).await, 1);
}

#[tokio::test]
async fn okayapi_escapes_them_with_and_without_a_callback() {
    let world = World::new().await;
    let app = [("app_key", demo::OPEN_APP), ("message_key", "k")];
    let data = serde_json::json!({"x": TEXT}).to_string();
    let post = [
        &app[..],
        &[("message_content", TEXT), ("more_data", &*data)],
    ]
    .concat();
    assert_escaped(
        &world
            .send(Call::post("/api/App/Market_Message/Post").form(&post))
            .await,
        0,
    );
    let show = [&app[..], &[("more_select", "x")]].concat();
    for callback in ["", "parent.cb"] {
        let show = [&show[..], &[("callback", callback)]].concat();
        let reply = world
            .send(Call::post("/api/App/Market_Message/Show").form(&show))
            .await;
        assert_escaped(&reply, 2);
    }
    let hello = [app[0], ("name", TEXT)];
    assert_escaped(
        &world
            .send(Call::get("/api/App/Hello/World").query(&hello))
            .await,
        1,
    );
}

#[tokio::test]
async fn qzone_escapes_them() {
    let world = World::new().await;
    let link = [("title", TEXT), ("url", "http://a.example/")];
    api(&world, SHARE, &link).send(&world).await;
    assert_escaped(&world.send(feeds_page(&world, "format=json")).await, 1);
    change_member(&world, BAI, |member| member.nick = TEXT.to_owned()).await;
    let info = api(&world, crate::support::qzone::USER_INFO, &[])
        .send(&world)
        .await;
    assert_escaped(&info, 1);
}

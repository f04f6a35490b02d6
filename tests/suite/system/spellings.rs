//! One request in every spelling that clients have for it, as `tests/spellings.json` lists them: each family runs
//! through them all.

use serde::Deserialize;
use serde_json::{Value, json};
use weiquan_store::clients::SignMode;

use crate::support::okay::{POST, SECRET, assert_invalid, create_app, posted_id, sign};
use crate::support::qzone::{
    DATA, OK, SHARE, USER_INFO, answered, api, assert_json, new_nonce, params, signed,
};
use crate::support::xweibo::{UPDATE, accepted};
use crate::support::{BAI, Call, World, okay, qzone, refs, xweibo};

#[derive(Deserialize)]
struct Spellings {
    values: Vec<String>,
    query: Vec<String>,
    bodies: Vec<Body>,
    empty_bodies: Vec<Option<String>>,
    placements: Vec<String>,
}

#[derive(Deserialize)]
struct Body {
    r#type: String,
    encoding: String,
}

type Pairs<'a> = [(&'a str, &'a str)];

fn spellings() -> Spellings {
    serde_json::from_str(include_str!("../../spellings.json")).unwrap()
}

/// A form in one of its encodings.
fn urlencoded(encoding: &str, pairs: &Pairs<'_>) -> String {
    let side = |text: &str| match encoding {
        "percent" => qzone::enc(text),
        "plus" => qzone::enc(text).replace("%20", "+"),
        "lower" => {
            let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            let of = |byte: u8| match unreserved(byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02x}"),
            };
            text.bytes().map(of).collect()
        }
        "all" => text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        other => panic!("{other} is no encoding of a form"),
    };
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", side(name), side(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A multipart body in one of its spellings.
fn multipart(encoding: &str, pairs: &Pairs<'_>) -> String {
    let (before, line, last) = match encoding {
        "crlf" => ("", "\r\n", "--\r\n"),
        "lf" => ("", "\n", "--\n"),
        "no dashes" => ("", "\r\n", "\r\n"),
        "no line end" => ("", "\r\n", "--"),
        "preamble" => (
            "This is multipart.\r\n\r\n",
            "\r\n",
            "--\r\nand this is behind it\r\n",
        ),
        other => panic!("{other} is no spelling of a multipart body"),
    };
    let part = |(name, value): &(&str, &str)| {
        format!("--X{line}Content-Disposition: form-data; name=\"{name}\"{line}{line}{value}{line}")
    };
    let parts: String = pairs.iter().map(part).collect();
    format!("{before}{parts}--X{last}")
}

/// Every spelling of a call of `target`, with what it is called.
fn all(methods: &[&str], target: &str, pairs: &Pairs<'_>) -> Vec<(String, Call)> {
    let spellings = spellings();
    let mut calls = Vec::new();
    let in_query = |call: Call, query: &str| {
        let mut call = call;
        if !query.is_empty() {
            call.0.query = [call.0.query.as_str(), query]
                .join("&")
                .trim_matches('&')
                .to_owned();
        }
        call
    };
    for method in methods {
        for encoding in &spellings.query {
            let query = urlencoded(encoding, pairs);
            let call = in_query(Call::new(method, target), &query);
            if *method == "POST" {
                for content_type in &spellings.empty_bodies {
                    let call = match content_type {
                        Some(content_type) => call.clone().body(content_type, b""),
                        None => call.clone(),
                    };
                    calls.push((
                        format!("POST, all in the query {encoding}, {content_type:?}"),
                        call,
                    ));
                }
            } else {
                calls.push((format!("{method}, query {encoding}"), call));
            }
        }
    }
    for Body { r#type, encoding } in &spellings.bodies {
        for placement in &spellings.placements {
            let (query, body): (Vec<_>, Vec<_>) = match placement.as_str() {
                "body" => (vec![], pairs.to_vec()),
                "both" => (pairs.to_vec(), pairs.to_vec()),
                "split" => pairs.iter().partition(|(name, _)| name.len() % 2 == 0),
                other => panic!("{other} is no placement"),
            };
            let body = match r#type.to_lowercase().contains("multipart") {
                true => multipart(encoding, &body),
                false => urlencoded(encoding, &body),
            };
            let call = in_query(Call::post(target), &urlencoded("percent", &query));
            let label = format!("POST {type}, {encoding}, {placement}");
            calls.push((label, call.body(r#type, body.as_bytes())));
        }
    }
    calls
}

/// The values, each with something of its own.
fn value(at: usize) -> String {
    let values = spellings().values;
    format!("{} {at}", values[at % values.len()])
}

#[tokio::test]
async fn okayapi_reads_every_spelling() {
    let world = World::new().await;
    create_app(&world, SignMode::Dynamic).await;
    let count = all(&["GET", "POST"], "/", &[]).len();
    for at in 0..count {
        let content = value(at);
        let key = format!("k{at}");
        let pairs = [
            ("s", POST),
            ("app_key", okay::KEY),
            ("message_content", &*content),
            ("message_key", &*key),
            ("more_data", "{\"n\":\"一\"}"),
        ];
        let sign = sign(&pairs, SECRET);
        let signed = [&pairs[..], &[("sign", &*sign)]].concat();
        let (label, call) = all(&["GET", "POST"], "/", &signed).swap_remove(at);
        let reply = world.send(call).await;
        assert_eq!(reply.json()["ret"], 200, "{label}: {}", reply.body);
        posted_id(&reply);
        let own = [
            ("app_key", okay::KEY),
            ("s", okay::SHOW),
            ("message_key", &*key),
        ];
        let sign = okay::sign(&own, SECRET);
        let call = Call::get("/").query(&own).query(&[("sign", &sign)]);
        let page = world.send(call).await.json();
        // A bare LF ends the lines of some bodies, not those of the value.
        assert_eq!(
            page["data"]["items"][0]["message_content"], content,
            "{label}"
        );
    }
}

#[tokio::test]
async fn xweibo_reads_every_spelling() {
    let world = World::new().await;
    for (at, _) in all(&["POST"], UPDATE, &[]).into_iter().enumerate() {
        let text = format!("{at} a b+c&d=e%41~*'\"好");
        let fields = xweibo::signed(&world, &[("text", &text)]);
        let (label, call) = all(&["POST"], UPDATE, &refs(&fields)).swap_remove(at);
        let reply = world.send(call).await;
        assert_eq!(reply.json()["errno"], 0, "{label}: {}", reply.body);
        assert_eq!(accepted(&reply)["tx"], text, "{label}");
    }
}

#[tokio::test]
async fn qzone_reads_every_spelling() {
    let world = World::new().await;
    let (get, post) = (&["GET", "POST"][..], &["POST"][..]);
    for (methods, target) in [(post, qzone::PATH), (post, SHARE.1), (get, USER_INFO.1)] {
        for (at, _) in all(methods, target, &[]).into_iter().enumerate() {
            let junk = value(at);
            let url = format!("http://e.cn/{at}");
            let own = [("title", "t"), ("url", &*url), ("x", &*junk)];
            let pairs = if target == qzone::PATH {
                let mut pairs = params(&world, &new_nonce(), DATA);
                qzone::set(&mut pairs, "x", &junk);
                signed(&world, pairs)
            } else {
                let method = all(methods, target, &[]).swap_remove(at).1.0.method;
                let method = if method == "GET" { "GET" } else { "POST" };
                api(&world, (method, target), &own).signed(&world)
            };
            let (label, call) = all(methods, target, &refs(&pairs)).swap_remove(at);
            let reply = world.send(call).await;
            match target {
                qzone::PATH => {
                    assert!(
                        reply.body.contains("\"ret\":\"0\""),
                        "{label}: {}",
                        reply.body
                    );
                    answered(&reply, OK);
                }
                _ => assert_eq!(reply.json()["ret"], 0, "{label}: {}", reply.body),
            }
        }
    }
}

/// A page of the thread `key` with its custom fields.
async fn read(world: &World, query: &str) -> Value {
    let target = format!("/?s={}&app_key={}&{query}", okay::SHOW, demo::OPEN_APP);
    world.send(Call::get(&target)).await.json()["data"]["items"][0].clone()
}

#[tokio::test]
async fn brackets_are_the_object_and_the_list() {
    let world = World::new().await;
    let pairs = [
        ("more_data[headimg]", "x 1"),
        ("more_data[tags][]", "a"),
        ("more_data[tags][]", "b"),
    ];
    let post = || Call::post(&format!("/?s={POST}&app_key={}", demo::OPEN_APP));
    let own = [("message_content", "c")];
    for (at, call) in [
        post().query(&pairs),
        post().form(&pairs),
        post().multipart(&pairs),
        post().query(&pairs[..1]).form(&pairs[1..]),
        post().query(&pairs).form(&pairs),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("b{at}");
        posted_id(
            &world
                .send(call.query(&own).query(&[("message_key", &key)]))
                .await,
        );
        for select in [
            "more_select[]=headimg&more_select[]=tags",
            "more_select%5B0%5D=headimg&more_select%5B1%5D=tags",
            "more_select[a]=headimg&more_select[b]=tags",
            "more_select=headimg,tags",
        ] {
            let item = read(&world, &format!("message_key={key}&{select}")).await;
            assert_eq!(item["headimg"], "x 1", "{at} {select}");
            assert_eq!(item["tags"], json!(["a", "b"]), "{at} {select}");
        }
    }
    let list = post().form(&[("message_content", "c"), ("more_data[]", "x")]);
    assert_invalid(
        &world.send(list).await,
        400,
        "参数more_data的JSON数据格式错误",
    );
}

#[tokio::test]
async fn brackets_are_signed_as_they_were_sent_or_as_php_turns_arrays_to_text() {
    let world = World::new().await;
    create_app(&world, SignMode::Dynamic).await;
    let pairs = [
        ("s", POST),
        ("app_key", okay::KEY),
        ("message_content", "c"),
        ("more_data[b]", "2"),
        ("more_data[a]", "1"),
        ("zz[]", "4"),
        ("zz[]", "3"),
    ];
    // In the order of the names as they were sent; of one name in the order of the values.
    let sent = format!("{}c12{POST}43{SECRET}", okay::KEY);
    let php = format!("{}cArray{POST}Array{SECRET}", okay::KEY);
    let neither = format!("{}c{POST}{SECRET}", okay::KEY);
    for (text, ret) in [(sent, 200), (php, 200), (neither, 409)] {
        let sign = weiquan_store::digest::md5_hex([&*text]).to_uppercase();
        for call in [Call::get("/").query(&pairs), Call::post("/").form(&pairs)] {
            let reply = world.send(call.query(&[("sign", &sign)])).await;
            assert_eq!(reply.json()["ret"], ret, "{text}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn brackets_are_lists_and_objects_in_the_other_families_too() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for text in ["one", "two"] {
        let weibo = accepted(&xweibo::update(&world, &[("text", text)]).await);
        ids.push(weibo["id"].as_str().unwrap().to_owned());
    }
    let uid = &world.member(BAI).site_uid;
    let of = |name: &str, own: &Pairs<'_>| {
        xweibo::signed_at(&world, uid, &xweibo::now(&world), name, own)
    };
    let [first, second] = [&*ids[0], &*ids[1]];
    let target = "/?m=api/weibo/action.getCounts";
    let plain = of("getCounts", &[("ids", &ids.join(","))]);
    let want = world
        .send(Call::post(target).form(&refs(&plain)))
        .await
        .json();
    assert_eq!(want["errno"], 0, "{want}");
    let brackets = of("getCounts", &[("ids[]", first), ("ids[]", second)]);
    for call in [
        Call::post(target).form(&refs(&brackets)),
        Call::post(target).multipart(&refs(&brackets)),
        Call::post(target).query(&refs(&brackets)),
    ] {
        assert_eq!(world.send(call).await.json(), want);
    }

    let mut feed = params(&world, &new_nonce(), "");
    qzone::remove(&mut feed, "feeds_data");
    for (name, value) in [
        ("feeds_data[action]", "2"),
        ("feeds_data[title]", "汉 字"),
        ("feeds_data[titleurl]", "http://e.cn/"),
        ("feeds_data[video][url]", "http://e.cn/v"),
    ] {
        qzone::set(&mut feed, name, value);
    }
    answered(&qzone::add(&world, feed).await, OK);
    let images = [
        ("title", "t"),
        ("url", "http://e.cn/2"),
        ("images[0]", "http://e.cn/p"),
        ("images[1]", "http://e.cn/q"),
    ];
    let shared = api(&world, SHARE, &images).send(&world).await;
    assert_json(&shared, ("0", ""));
    let stored = qzone::feeds(&world).await;
    assert_eq!(
        (stored[0].title.as_str(), stored[0].action.as_str()),
        ("汉 字", "video")
    );
    assert_eq!(stored[1].picture.as_deref(), Some("http://e.cn/p"));
}

//! Xweibo: bodies that cannot be read, characters that should have been encoded, a store that
//! fails (xweibo sections 1.7 and 7.43).

use weiquan::event::Event;
use weiquan::http::MAX_BODY;

use crate::support::xweibo::*;
use crate::support::{BAI, Call, World, refs};

const FORM: &str = "application/x-www-form-urlencoded";

/// Both ways to `update`: through `$default` and through a route of its own.
const TARGETS: [&str; 2] = [UPDATE, "/api/weibo/action.update"];

fn form(world: &World, params: &[(&str, &str)]) -> Vec<u8> {
    weiquan::form_data::encode(refs(&signed(world, params))).into_bytes()
}

/// `update` with `body`, which is refused as unreadable and changes nothing, even where the
/// signature is in the query.
async fn assert_unreadable(world: &World, content_type: &str, body: &[u8]) {
    let before = world.dump().await;
    for target in TARGETS {
        let call = Call::post(target).body(content_type, body);
        refused(&world.send(call.clone()).await, UNREADABLE);
        let fields = signed(world, &[("text", "哈哈")]);
        refused(&world.send(call.query(&refs(&fields))).await, UNREADABLE);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn an_oversized_body_is_refused() {
    let world = World::new().await;
    let mut body = form(&world, &[("text", "大"), ("x", "")]);
    body.resize(MAX_BODY, b'a');
    let fits = Call::post(UPDATE).body(FORM, &body);
    assert_eq!(accepted(&world.send(fits).await)["tx"], "大");
    body.push(b'a');
    assert_unreadable(&world, FORM, &body).await;
}

#[tokio::test]
async fn what_is_no_whole_form_in_utf_8_is_refused() {
    let world = World::new().await;
    for tail in [
        &b"&text=%FF"[..],
        b"&text=%E5%93",
        b"&text=\xff",
        b"&x=%C0%80",
        b"&%ff=1",
        // "哈" in GBK.
        b"&text=%B9%FE",
    ] {
        let mut body = form(&world, &[("text", "哈哈")]);
        body.extend_from_slice(tail);
        assert_unreadable(&world, FORM, &body).await;
    }
    let fields = signed(&world, &[("text", "哈哈")]);
    let whole = Call::post(UPDATE).multipart(&refs(&fields)).0;
    let content_type = whole.headers["content-type"].as_str();
    let part = b"--XYZ\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\xff\xfe\r\n";
    for (content_type, body) in [
        (content_type, &whole.body[..whole.body.len() - 12]),
        (content_type, b"not a part"),
        (content_type, &[part, &*whole.body].concat()),
        ("multipart/form-data", &whole.body),
        ("multipart/form-data; boundary=ABC", &whole.body),
    ] {
        assert_unreadable(&world, content_type, body).await;
    }
    let before = world.dump().await;
    for target in TARGETS {
        let separator = if target.contains('?') { '&' } else { '?' };
        let call = Call::post(&format!("{target}{separator}x=%FF"));
        refused(&world.send(call.form(&refs(&fields))).await, UNREADABLE);
        // Without a body it is a call that nobody has signed.
        let empty = Call::post(target).body(FORM, b"");
        for call in [Call::post(target), empty] {
            refused(&world.send(call).await, NO_SIGN);
        }
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn an_events_body_is_whole_base64_or_plain_text() {
    let world = World::new().await;
    for target in TARGETS {
        let before = world.dump().await;
        let fields = signed(&world, &[("text", target)]);
        let call = Call::post(target).form(&refs(&fields));
        let function = front::route(&call.0.path).package();
        let good = Event::new(call.0, world.now());
        let with_junk = format!("{}!", good.body.as_ref().unwrap());
        let send = async |body: &str, is_base64_encoded| {
            let mut event = good.clone();
            event.body = Some(body.to_owned());
            event.is_base64_encoded = is_base64_encoded;
            world.event(&world.ctx, function, event).await
        };
        for body in ["%%%", "====", "a", &with_junk] {
            refused(&send(body, true).await, UNREADABLE);
        }
        assert_eq!(world.dump().await, before);
        let plain = weiquan::form_data::encode(refs(&fields));
        assert_eq!(accepted(&send(&plain, false).await)["tx"], target);
    }
}

#[tokio::test]
async fn nuls_are_characters_like_others() {
    let world = World::new().await;
    let weibo = accepted(&update(&world, &[("text", "a\0b")]).await);
    assert_eq!(weibo["tx"], "a\0b");

    let before = world.dump().await;
    let uid = format!("{}\0", world.member(BAI).site_uid);
    let fields = signed_at(&world, &uid, &now(&world), "update", &[("text", "哈哈")]);
    let reply = world.send(Call::post(UPDATE).form(&refs(&fields))).await;
    refused(&reply, UNBOUND);
    let fields = signed(&world, &[("text", "哈哈")]);
    let call = Call::post("/?m=api/weibo/action.update%00").form(&refs(&fields));
    refused(&world.send(call).await, UNKNOWN_OPERATION);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn raw_characters_in_the_query_stand_for_themselves() {
    let world = World::new().await;
    for (number, junk) in [
        "\"",
        "<script>",
        "{\"a\": [1]}",
        "a b",
        "汉字😀",
        "%",
        "%zz",
        "\\|^`",
        "?x=/?",
        "=&&=",
    ]
    .into_iter()
    .enumerate()
    {
        for target in TARGETS {
            let separator = if target.contains('?') { '&' } else { '?' };
            let text = format!("{number} {target}");
            let fields = signed(&world, &[("text", &*text)]);
            let call = Call::post(&format!("{target}{separator}x={junk}"));
            let reply = world.send(call.form(&refs(&fields))).await;
            assert_eq!(accepted(&reply)["tx"], text, "{junk}");
        }
    }
    let fields = signed(&world, &[]);
    let call = Call::post(&format!("{UPDATE}&text=说 \"<你好>\" {{x}}"));
    let reply = world.send(call.form(&refs(&fields))).await;
    assert_eq!(accepted(&reply)["tx"], "说 \"<你好>\" {x}");
}

#[tokio::test]
async fn an_outage_is_told_without_internals() {
    let world = World::new().await;
    // Once before the process has read the site, once after.
    for text in ["一", "二"] {
        let before = world.dump().await;
        let params = [("text", text)];
        let call = update(&world, &params);
        refused(&world.faults().outage().during(call).await, OUTAGE);
        assert_eq!(world.dump().await, before);
        accepted(&update(&world, &[("text", text)]).await);
    }
}

#[tokio::test]
async fn more_than_a_thousand_ids_are_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    let ids = |many: u64| {
        let ids = (1..=many).chain(1..=many).map(|id| format!("{id:08}"));
        ids.collect::<Vec<_>>().join(",")
    };
    let many = ids(1_001);
    for (name, param) in [
        ("comment_destroy", "id"),
        ("getCounts", "ids"),
        ("sinaurl", "id"),
    ] {
        assert_refused(&world, BAI, name, &[(param, &many)], PARAM_TOO_LONG).await;
    }
    // Those that come twice count once.
    let most = ids(1_000);
    let counts = rst(&act(&world, BAI, "getCounts", &[("ids", &most)]).await);
    assert_eq!(counts.as_object().unwrap().len(), 1_000);
    assert_eq!(world.dump().await, before);
}

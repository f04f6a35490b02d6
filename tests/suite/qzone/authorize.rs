//! QZone: the page on which a member allows or refuses (qzone section 2.4, step 2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weiquan_store::members::member::{self, Member};

use crate::support::qzone::*;
use crate::support::{BAI, BOTH, Call, Reply, STAR, Who, World, send_at_once};

/// A page that tells an error's number.
#[track_caller]
fn assert_refused(reply: &Reply, number: &str) {
    assert_page(reply, 400);
    assert!(reply.body.contains(number), "{number} {}", reply.body);
}

#[tokio::test]
async fn the_page_says_who_asks_for_what() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let html = &page.html;
    assert!(html.contains("土豆网") && html.contains("name=\"viewport\""));
    let form = ["action", "method"].map(|name| attribute(tags(html, "form")[0], name).unwrap());
    assert_eq!((&*form[0], &*form[1].to_lowercase()), (AUTHORIZE, "post"));
    assert_eq!(field(html, "oauth_token").unwrap(), asked.token);
    assert_eq!(field(html, "oauth_callback").unwrap(), CALLBACK);
    let password = input(html, "password").unwrap();
    assert_eq!(attribute(password, "type").unwrap(), "password");
    assert!(input(html, "username").is_some());
    assert_eq!(html.matches("name=\"decision\"").count(), 2);
    assert!(html.contains("value=\"allow\"") && html.contains("value=\"refuse\""));
    // Another browser has another secret.
    assert_ne!(open(&world, &asked.token).await.csrf, page.csrf);
    let only = ["get_user_info".to_owned()];
    change_consumer(&world, |consumer| consumer.allowed = only.into()).await;
    let less = open(&world, &asked.token).await;
    assert_ne!(less.bare(""), page.bare(""), "it asks for less");
}

#[tokio::test]
async fn the_page_speaks_chinese_and_english() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let chinese = ["", "fr", "en;q=0", "en;q=0.5,zh-CN;q=0.9"];
    let english = ["en-US,en;q=0.9", "zh;q=0.5, en;q=0.9", "fr,EN;q=0.1", "en"];
    for (language, accepted) in [("zh-CN", chinese), ("en", english)] {
        let wanted = format!("<html lang=\"{language}\">");
        for accepted in accepted {
            for token in [&*asked.token, "1"] {
                let call = visit(&world, token, CALLBACK).header("accept-language", accepted);
                let html = world.send(call).await.body;
                assert!(html.contains(&wanted), "{accepted} {html}");
            }
        }
    }
}

#[tokio::test]
async fn everything_is_escaped() {
    let world = World::new().await;
    let nasty = "\"><img src=x>&amp;'<b>";
    change_consumer(&world, |consumer| consumer.name = nasty.to_owned()).await;
    let asked = request_token(&world, &[]).await;
    let callback = format!("{CALLBACK}&c=&quot;'{}", enc(nasty));
    let page = Page::of(&world.send(visit(&world, &asked.token, &callback)).await);
    assert_eq!(field(&page.html, "oauth_callback").unwrap(), callback);
    let again = Page::of(&world.send(submit_as(&page, nasty, nasty)).await);
    assert_eq!(field(&again.html, "username").unwrap(), nasty);
    let error = world.send(visit(&world, nasty, nasty)).await;
    for html in [page.html, again.html, error.body] {
        assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
    }
}

#[tokio::test]
async fn who_allows_is_sent_back_with_a_signed_openid() {
    let world = World::new().await;
    for (number, callback) in [(BAI, CALLBACK), (STAR, "http://localhost/cb")] {
        let asked = request_token(&world, &[]).await;
        let page = Page::of(&world.send(visit(&world, &asked.token, callback)).await);
        let mut fields = added(&world.send(allow(&world, &page, number)).await, callback);
        let vericode = fields.remove("oauth_vericode").unwrap();
        assert!(vericode.len() >= 6, "{vericode}");
        let openid = world.member(number).openid.clone();
        let time = world.now().as_second().to_string();
        let text = format!("{openid}{time}");
        let signature = hmac(&world.demo.qzone.consumer_secret, &text);
        let want = [
            ("oauth_token", asked.token),
            ("openid", openid),
            ("oauth_signature", signature),
            ("timestamp", time),
        ];
        let want = want.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(fields, BTreeMap::from(want));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_decides_once() {
    let world = Arc::new(World::new().await);
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let both = [allow(&world, &page, BAI), allow(&world, &page, STAR)];
    let replies = send_at_once(&world, both.to_vec()).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 302);
    assert_eq!((won.len(), lost.len()), (1, 1));
    assert_refused(lost[0], "20006");
    assert_refused(&world.send(refuse(&page)).await, "20006");
    // Who pressed twice is sent back twice; the last vericode works.
    let winner = replies
        .iter()
        .position(|reply| reply.status == 302)
        .unwrap();
    let first = added(won[0], CALLBACK).remove("oauth_vericode").unwrap();
    let again = world.send(allow(&world, &page, Who::at(winner))).await;
    assert_ne!(added(&again, CALLBACK)["oauth_vericode"], first);
    let reply = exchange(&world, &asked, &first).send(&world).await;
    assert_eq!(code(&reply), "30007");
    let won = [&again];
    // What was decided stays, and what was exchanged is gone.
    let vericode = added(won[0], CALLBACK).remove("oauth_vericode").unwrap();
    for _ in 0..2 {
        let reply = world.send(visit(&world, &asked.token, CALLBACK)).await;
        assert_refused(&reply, "20006");
        exchange(&world, &asked, &vericode).send(&world).await;
    }
}

#[tokio::test]
async fn who_refuses_is_sent_back_without_a_right() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let fields = added(&world.send(refuse(&page)).await, CALLBACK);
    let fields: Vec<_> = fields.iter().map(|(name, own)| (&**name, &**own)).collect();
    assert_eq!(
        fields,
        [("oauth_token", &*asked.token), ("usercancel", "1")]
    );
    let before = world.dump().await;
    for call in [visit(&world, &asked.token, CALLBACK), refuse(&page)] {
        assert_refused(&world.send(call).await, "20006");
    }
    assert_error(&exchange(&world, &asked, "1").send(&world).await, "30006");
    assert_eq!(world.dump().await, before);
    assert_refused(&world.send(allow(&world, &page, BAI)).await, "20006");
}

#[tokio::test]
async fn a_wrong_name_a_wrong_password_and_a_ban_look_the_same() {
    let world = World::new().await;
    let [member, banned] = BOTH.map(|number| world.member(number).clone());
    let found = member::by_username(&world.ctx.store, &banned.username).await;
    let old = found.unwrap().unwrap();
    let mut new: Member = old.clone();
    new.banned = true;
    let replaced = member::replace(&world.ctx.store, &old, &new);
    replaced.await.unwrap().unwrap();
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let before = lasting(&world).await;
    let mut shown = BTreeSet::from([page.bare("")]);
    for (username, password) in [
        ("nobody", &*member.password),
        (&banned.username, &banned.password),
        (&member.username, &banned.password),
    ] {
        let again = Page::of(&world.send(submit_as(&page, username, password)).await);
        assert_eq!(field(&again.html, "username").unwrap(), username);
        assert!(!again.html.contains(password), "{}", again.html);
        shown.insert(again.bare(username));
    }
    assert_eq!(shown.len(), 2, "the page and its message");
    // Ten in a minute is all that anybody has.
    let wrong = submit_as(&page, &member.username, "wrong");
    for _ in 0..9 {
        Page::of(&world.send(wrong.clone()).await);
    }
    Page::of(&world.send(allow(&world, &page, BAI)).await);
    assert_eq!(lasting(&world).await, before);
    world.pass(61);
    let again = Page::of(&world.send(wrong).await);
    added(&world.send(allow(&world, &again, BAI)).await, CALLBACK);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let other = open(&world, &asked.token).await.csrf;
    let before = world.dump().await;
    for call in [allow(&world, &page, BAI), refuse(&page)] {
        let mut without = call.clone();
        without.0.headers.remove("cookie");
        assert_refused(&world.send(without).await, "20002");
        for value in ["", "x", &other] {
            let call = call
                .clone()
                .header("cookie", &format!("qzone_csrf={value}"));
            assert_refused(&world.send(call).await, "20002");
        }
    }
    for (hidden, cookie) in [("", &*page.csrf), (&other, &page.csrf), ("", "")] {
        let call = submit(&page, &[("csrf", hidden), ("decision", "refuse")]);
        let call = call.header("cookie", &format!("qzone_csrf={cookie}"));
        assert_refused(&world.send(call).await, "20002");
    }
    assert_eq!(world.dump().await, before);
    added(&world.send(allow(&world, &page, BAI)).await, CALLBACK);
}

#[tokio::test]
async fn each_error_has_its_number() {
    let world = World::new().await;
    add_consumer(&world, "200006").await;
    let asked = request_token(&world, &[]).await;
    let page = open(&world, &asked.token).await;
    let before = world.dump().await;
    let (key, token, callback) = ("oauth_consumer_key", "oauth_token", "oauth_callback");
    let mut wrongs = vec![
        (key, "200009", "20001"),
        (key, "", "20001"),
        (key, "200006", "20006"),
        (token, "99999999999999999999", "20006"),
        (token, "", "20006"),
        (token, &world.demo.qzone.token, "20006"),
        (callback, "", "21006"),
        (callback, "oob", "21006"),
    ];
    wrongs.extend(FOREIGN.map(|foreign| (callback, foreign, "21006")));
    for (name, value, number) in wrongs {
        let post = submit(&page, &[("decision", "refuse"), (name, value)]);
        let mut get = Call::get(AUTHORIZE);
        get.0.query = String::from_utf8(post.0.body.clone()).unwrap();
        for call in [get, post] {
            assert_refused(&world.send(call).await, number);
        }
    }
    for method in ["PUT", "DELETE"] {
        let reply = world.send(Call::new(method, AUTHORIZE)).await;
        assert_page(&reply, 405);
        let allow = &reply.headers["allow"];
        assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    }
    for callback in REGISTERED {
        Page::of(&world.send(visit(&world, &asked.token, callback)).await);
    }
    assert_eq!(world.dump().await, before);
    world.pass(899);
    open(&world, &asked.token).await;
    world.pass(2);
    let call = visit(&world, &asked.token, CALLBACK);
    assert_refused(&world.send(call).await, "20006");
    assert_refused(&world.send(allow(&world, &page, BAI)).await, "20006");
}

#[tokio::test]
async fn the_callback_of_step_1_needs_not_come_again() {
    let world = World::new().await;
    // Some clients encode it twice.
    for callback in [CALLBACK, &enc(CALLBACK)] {
        let asked = request_token(&world, &[("oauth_callback", callback)]).await;
        let foreign = visit(&world, &asked.token, FOREIGN[0]);
        assert_refused(&world.send(foreign).await, "21006");
        let mut call = visit(&world, &asked.token, CALLBACK);
        let (query, _) = call.0.query.split_once("&oauth_callback").unwrap();
        call.0.query = query.to_owned();
        let page = Page::of(&world.send(call).await);
        added(&world.send(allow(&world, &page, BAI)).await, CALLBACK);
    }
}

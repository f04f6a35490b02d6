//! What a browser is shown, and what everybody else is answered at the same addresses.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use weiquan::ctx::{Ctx, Process};
use weiquan_store::digest::sha256;

use crate::support::qzone::*;
use crate::support::xweibo::UNKNOWN_OPERATION;
use crate::support::{BAI, BASE_URL, Call, Reply, STAR, World};

/// What browsers say that they want when somebody opens an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

fn browser(target: &str) -> Call {
    Call::get(target).header("accept", BROWSER)
}

fn browser_in_english(target: &str) -> Call {
    browser(target).header("accept-language", "en-GB,en;q=0.9")
}

/// What is written as code on a page.
fn codes(html: &str) -> Vec<&str> {
    let codes = html.split("<code>").skip(1);
    codes
        .filter_map(|rest| rest.split("</code>").next())
        .collect()
}

/// A process on the same table that serves the documentation.
fn with_docs(world: &World) -> Ctx {
    let mut process = Process::new(world.client(), local::TABLE);
    process.database.clock = world.clock.clone();
    process.settings.docs = true;
    Ctx::new(process)
}

#[tokio::test]
async fn the_start_says_what_this_is_and_where() {
    let world = World::new().await;
    let chinese = world.send(browser("/")).await;
    let english = world.send(browser_in_english("/")).await;
    for (page, words) in [
        (&chinese, ["微圈", "小白接口", "我的授权"]),
        (&english, ["Weiquan", "OkayAPI", "Permissions"]),
    ] {
        assert_page(page, 200);
        assert_eq!(page.cost, Default::default());
        for word in words.iter().chain(&["Xweibo", "QZone"]) {
            assert!(page.body.contains(word), "{word} {}", page.body);
        }
        assert!(links(&page.body).contains(&"/qzone/grants".to_owned()));
        let addresses = codes(&page.body);
        assert_eq!(addresses.len(), 7, "{}", page.body);
        // An operation answers at each of them, if only that something is missing.
        assert_eq!(addresses[0], BASE_URL);
        for target in &addresses[1..] {
            let reply = world.send(Call::get(target)).await;
            let says = |text: &str| reply.body.contains(text);
            // An unknown address of QZone's is answered as an unreadable request is, but with HTTP 200.
            let is_unread = reply.status == 200 && says("request packet error.");
            assert!(
                reply.status < 406 && reply.status != 404,
                "{target} {reply:?}"
            );
            assert!(
                !says("\"ret\":404") && !says(UNKNOWN_OPERATION.1) && !is_unread,
                "{target} {reply:?}"
            );
        }
    }
    let head = Call::new("HEAD", "/").header("accept", BROWSER);
    assert_page(&world.send(head).await, 200);
}

#[tokio::test]
async fn pages_link_the_documentation_if_it_is_served() {
    let world = World::new().await;
    let process = with_docs(&world);
    let docs = |reply: &Reply| {
        let links = links(&reply.body).into_iter();
        let links = links.filter(|link| ["/docs", "/openapi.json"].contains(&link.as_str()));
        links.collect::<BTreeSet<_>>().len()
    };
    for (target, count) in [
        ("/", 2),
        ("/nosuch", 1),
        ("/qzone/grants", 1),
        ("/qzone/x", 1),
    ] {
        let without = world.send(browser(target)).await;
        let with = world.send_to(&process, browser(target)).await;
        assert_eq!((docs(&without), docs(&with)), (0, count), "{target}");
    }
}

#[tokio::test]
async fn everybody_else_gets_the_old_answer() {
    let world = World::new().await;
    for target in ["/", "/nosuch", "//", "/favicon.ico", "/a/b?c=d"] {
        let old = world.send(Call::get(target)).await;
        assert_eq!(
            old.headers["content-type"],
            "application/json;charset=utf-8"
        );
        assert!(old.body.starts_with("{\"ret\":4"), "{}", old.body);
        for accept in [
            "*/*",
            "application/json, text/javascript, */*; q=0.01",
            "application/json,text/html",
            "*/*, text/html",
            "",
        ] {
            let reply = world.send(Call::get(target).header("accept", accept)).await;
            assert_eq!(reply.body, old.body, "{target} {accept}");
            assert_eq!(
                (reply.status, reply.headers),
                (old.status, old.headers.clone())
            );
        }
        for mode in ["cors", "no-cors", "same-origin"] {
            let reply = world
                .send(browser(target).header("sec-fetch-mode", mode))
                .await;
            assert_eq!(reply.body, old.body, "{target} {mode}");
        }
        let posted = world.send(Call::post(target)).await;
        let form = world
            .send(Call::post(target).header("accept", BROWSER))
            .await;
        assert_eq!((form.status, form.body), (posted.status, posted.body));
        assert_eq!(form.headers, posted.headers);
    }
}

#[tokio::test]
async fn an_unknown_page_is_one_for_a_browser() {
    let world = World::new().await;
    for target in [
        "/nosuch",
        "/favicon.ico",
        "/a/b?c=d",
        "/%3Cb%3E?%3Cb%3E=\"<b>",
    ] {
        for call in [browser(target), browser_in_english(target)] {
            let reply = world.send(call.header("sec-fetch-mode", "navigate")).await;
            assert_page(&reply, 404);
            assert!(
                links(&reply.body).contains(&"/".to_owned()),
                "{}",
                reply.body
            );
            assert!(!reply.body.contains("<b>"), "{}", reply.body);
            assert_eq!(reply.cost, Default::default());
        }
    }
}

/// Old clients' calls are typed into address bars to try them.
#[tokio::test]
async fn an_operation_answers_a_browser_as_it_answers_all() {
    let world = World::new().await;
    let app = demo::OPEN_APP;
    for target in [
        &format!("/?s=App.Hello.World&app_key={app}"),
        &format!("/?service=Hello.World&app_key={app}"),
        &format!("/nosuch?s=App.Hello.World&app_key={app}"),
        &format!("/api/App/Hello/World?app_key={app}"),
        &format!("/Hello/World?app_key={app}"),
        "/?s=App.Nosuch.Nosuch",
        "/?s=",
        "/?x=1",
        "/?lang=fr",
        "/index.php",
        "/index.php/x",
        "/api",
        "/api/x/y",
        "/App.Nosuch.Nosuch",
        "/App/Nosuch/Nosuch",
        "/index.php?m=api/weibo/action.nosuch",
        "/?m=x",
        "/api/weibo/action.unread",
        "/oauth/nosuch",
        "/feeds/add_feeds",
    ] {
        let old = world.send(Call::get(target)).await;
        let reply = world.send(browser(target)).await;
        assert_eq!(
            (reply.status, reply.body),
            (old.status, old.body),
            "{target}"
        );
        assert_eq!(reply.headers, old.headers, "{target}");
    }
}

#[tokio::test]
async fn the_reader_chooses_the_language_for_every_page() {
    let world = World::new().await;
    let language = |reply: &Reply| attribute(tags(&reply.body, "html")[0], "lang").unwrap();
    let switch = |reply: &Reply| {
        let links = tags(&reply.body, "a").into_iter();
        let mut links = links.filter(|tag| attribute(tag, "hreflang").is_some());
        attribute(links.next().unwrap(), "href").unwrap()
    };
    for target in [
        "/",
        "/nosuch",
        "//elsewhere.test/x?a=1",
        "/qzone/grants",
        "/qzone/x?&format=",
    ] {
        let first = world.send(browser(target)).await;
        assert_eq!(language(&first), "zh-CN");
        assert_eq!(cookie(&first, "lang"), None);
        let there = switch(&first);
        // With a path it might lead to another host.
        assert!(
            there.starts_with('?') && there.ends_with("lang=en"),
            "{there}"
        );
        let path = target.split('?').next().unwrap();
        let second = world.send(browser(&format!("{path}{there}"))).await;
        assert_eq!(language(&second), "en");
        assert_eq!(cookie(&second, "lang").unwrap(), "en");
        let back = switch(&second);
        assert_eq!(back, there.replace("lang=en", "lang=zh"));
        let kept = browser(target).header("cookie", "lang=en");
        assert_eq!(language(&world.send(kept).await), "en");
        let unknown = browser_in_english(target).header("cookie", "lang=xx");
        assert_eq!(language(&world.send(unknown).await), "en");
    }
}

#[tokio::test]
async fn a_failed_login_is_told_at_its_fields() {
    let world = World::new().await;
    let asked = request_token(&world, &[]).await;
    let first = world.send(visit(&world, &asked.token, CALLBACK)).await;
    let page = Page::of(&first);
    let wrong = world.send(submit_as(&page, "nobody", "wrong")).await;
    let visitor = Visitor::log_in(&world, STAR).await;
    let cookies = format!("qzone_csrf={}", visitor.csrf);
    let names = [("username", "nobody"), ("password", "wrong")];
    let again = world
        .send(visitor.post(&names).header("cookie", &cookies))
        .await;
    for html in [&wrong.body, &again.body] {
        let message = tags(html, "p").into_iter();
        let mut message = message.filter(|tag| attribute(tag, "role").as_deref() == Some("alert"));
        let id = attribute(message.next().expect(html), "id").unwrap();
        for name in ["username", "password"] {
            let field = input(html, name).unwrap();
            assert_eq!(attribute(field, "aria-describedby").unwrap(), id);
            assert_eq!(attribute(field, "aria-invalid").unwrap(), "true");
        }
        assert!(
            input(html, "password").unwrap().contains("autofocus"),
            "{html}"
        );
    }
    assert_eq!(field(&wrong.body, "username").unwrap(), "nobody");
    // Who refuses needs no password.
    let buttons = tags(&first.body, "button");
    let [allow, refuse] = &buttons[..] else {
        panic!("{buttons:?}")
    };
    assert!(attribute(allow, "class").as_deref() == Some("primary"));
    assert!(refuse.contains("formnovalidate") && !allow.contains("formnovalidate"));
    for name in ["username", "password"] {
        let field = input(&first.body, name).unwrap();
        assert!(attribute(field, "autocomplete").is_some() && field.contains("required"));
    }
}

/// A page of every kind.
async fn every_page(world: &World) -> Vec<Reply> {
    let asked = request_token(world, &[]).await;
    let authorize = world.send(visit(world, &asked.token, CALLBACK)).await;
    let page = Page::of(&authorize);
    let mut replies = vec![
        world.send(submit_as(&page, "nobody", "wrong")).await,
        authorize,
    ];
    replies.push(world.send(visit(world, "1", CALLBACK)).await);
    replies.push(world.send(feeds_page(world, "")).await);
    world.pass(1);
    add(world, params(world, &new_nonce(), DATA)).await;
    replies.push(world.send(feeds_page(world, "")).await);
    let member = Visitor::log_in(world, BAI).await;
    let row = member.rows().remove(0);
    replies.push(world.send(member.post(&[("revoke", &row)])).await);
    replies.push(member.reply.clone());
    replies.push(world.send(member.post(&[("logout", "1")])).await);
    for target in [
        "/",
        "/nosuch",
        "/AbCd1234",
        "/qzone/grants",
        "/qzone/feeds/1",
    ] {
        replies.push(world.send_to(&with_docs(world), browser(target)).await);
    }
    replies
}

#[tokio::test]
async fn every_page_has_the_stylesheet_that_its_policy_allows_and_nothing_unused() {
    let world = World::new().await;
    let mut used = BTreeSet::new();
    let mut styles = BTreeSet::new();
    for reply in every_page(&world).await {
        let html = &reply.body;
        let (_, rest) = html.split_once("<style>").unwrap();
        let (style, body) = rest.split_once("</style>").unwrap();
        let hash = BASE64_STANDARD.encode(sha256(style));
        let policy = &reply.headers["content-security-policy"];
        assert!(
            policy.contains(&format!("style-src 'sha256-{hash}';")),
            "{policy}"
        );
        styles.insert(style.to_owned());
        assert_eq!(reply.headers["origin-agent-cluster"], "?0");
        let classes = body.split("class=\"").skip(1);
        let classes = classes.filter_map(|rest| rest.split('"').next());
        used.extend(classes.flat_map(|names| names.split(' ').map(str::to_owned)));
        assert!(!body.contains("style=") && !body.contains("{}"), "{body}");
    }
    assert_eq!(styles.len(), 1);
    let style = styles.pop_first().unwrap();
    assert!(style.len() < 6_000, "{}", style.len());
    let selectors = style.split('{').filter_map(|part| part.rsplit('}').next());
    let mut known = BTreeSet::new();
    for part in selectors.flat_map(|selectors| selectors.split('.').skip(1)) {
        let end = part.find(|c: char| !c.is_ascii_alphabetic());
        known.insert(part[..end.unwrap_or(part.len())].to_owned());
    }
    assert_eq!(known, used);
}

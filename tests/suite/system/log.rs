//! What goes to the log, and what does not.

use std::io::Write;
use std::sync::{LazyLock, Mutex};

use crate::support::{BAI, Call, World, qzone};

/// Everything that any test has logged since the first look.
static LOG: LazyLock<&Mutex<Vec<u8>>> = LazyLock::new(|| {
    let log: &Mutex<Vec<u8>> = Box::leak(Box::default());
    // One subscriber for the whole process: with one per thread, what a call site is known to want
    // depends on which thread came first.
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .with_ansi(false)
        .with_writer(|| Lines(&LOG))
        .init();
    log
});

struct Lines(&'static Mutex<Vec<u8>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Sends a call under an id of its own and gives the lines that name it.
async fn logged(world: &World, mut call: Call, id: &str) -> Vec<String> {
    LazyLock::force(&LOG);
    call.0.request_id = id.to_owned();
    world.send(call).await;
    lines_of(id)
}

/// The lines that name a request.
fn lines_of(id: &str) -> Vec<String> {
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let lines = log
        .lines()
        .filter(|line| line.contains(&format!("\"{id}\"")));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_request_and_a_request_without_its_secrets() {
    let world = World::new().await;
    let token = &world.member(BAI).token;
    let pairs = [("app_key", demo::OPEN_APP), ("uuid", "u"), ("token", token)];
    let show = || Call::get("/api/App/Market_Message/Show").query(&pairs);
    let lines = logged(&world, show(), "logged-1").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in ["INFO", "okay-message-show", "code=200", "round_trips="] {
        assert!(lines[0].contains(part), "no {part} in {lines:?}");
    }
    assert!(!lines[0].contains(token.as_str()), "{lines:?}");

    let _storm = world.faults().outage();
    world.pass(61);
    for (id, call) in [
        ("logged-2", show()),
        (
            "logged-3",
            Call::post("/api/weibo/action.update").form(&[("api_uid", "10000")]),
        ),
        (
            "logged-4",
            Call::post("/feeds/add_feeds").form(&[("oauth_consumer_key", "200003")]),
        ),
    ] {
        let lines = logged(&world, call, id).await;
        let errors: Vec<_> = lines.iter().filter(|line| line.contains("ERROR")).collect();
        assert_eq!((lines.len(), errors.len()), (2, 1), "{lines:?}");
        assert!(errors[0].contains("InternalServerError"), "{errors:?}");
    }
}

/// Every way to an operation is logged as that operation, with who called and what came of it.
#[tokio::test]
async fn a_line_names_operation_client_and_result_and_no_member() {
    let world = World::new().await;
    let (open, qzone) = (demo::OPEN_APP, &world.demo.qzone);
    let show = "App.Market_Message.Show";
    let asked = qzone::request_token(&world, &[]).await;
    let authorize = Call::get("/oauth/qzoneoauth_authorize").query(&[
        ("oauth_consumer_key", &*qzone.consumer_key),
        ("oauth_token", &asked.token),
        ("oauth_callback", "http://www.weiquan.test/"),
    ]);
    let mut forged = qzone::api(&world, qzone::USER_INFO, &[]);
    forged.secret.push('x');
    let cases = [
        (
            Call::get("/").query(&[("s", show), ("app_key", open)]),
            vec!["function=\"front\"", show, open, "code=200"],
        ),
        (
            Call::get("//").query(&[("service", "Market_Message.show"), ("APPKEY", open)]),
            vec!["function=\"front\"", show, open, "code=200"],
        ),
        (
            Call::get("/api/App/Market_Message/Show").query(&[("app_key", demo::SIGNED_APP)]),
            vec!["okay-message-show", show, demo::SIGNED_APP, "code=409"],
        ),
        (
            Call::post("/index.php?m=api/weibo/action.update"),
            vec!["function=\"front\"", "operation=\"update\"", "code=3010004"],
        ),
        (
            Call::post(
                "/index.php/api/weibo/action.update/api_sign-abcdef/api_time-1/api_uid-10000",
            ),
            vec!["function=\"front\"", "operation=\"update\""],
        ),
        (
            forged.call(&world),
            vec!["get_user_info", &*qzone.consumer_key, "code=41000"],
        ),
        (
            authorize,
            vec![
                "/oauth/qzoneoauth_authorize",
                &*qzone.consumer_key,
                "code=0",
            ],
        ),
        (
            Call::get(&format!("/qzone/feeds/{}", qzone.openid)),
            vec!["operation=\"/qzone/feeds/{openid}\"", "code=0"],
        ),
        (
            Call::get(&format!("//qzone//feeds/{}", qzone.openid)),
            vec!["function=\"front\"", "operation=\"/qzone/feeds/{openid}\""],
        ),
        (
            Call::post("/index.php/api/weibo/action.nosuch/api_sign-abcdef"),
            vec![
                "path=\"/index.php/api/weibo/action.nosuch/…\"",
                "code=1040015",
            ],
        ),
        (Call::get("/abcdefg"), vec!["code=404"]),
    ];
    for (number, (call, parts)) in cases.into_iter().enumerate() {
        let lines = logged(&world, call, &format!("named-{number}")).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        for part in parts {
            assert!(lines[0].contains(part), "no {part} in {lines:?}");
        }
        for secret in ["abcdef/", "abcdef\"", &*qzone.openid, "10000"] {
            assert!(!lines[0].contains(secret), "{secret} in {lines:?}");
        }
    }
}

/// What is stored, in an answer that nobody can read or an item that is no such item.
#[tokio::test]
async fn what_is_stored_is_not_logged_where_it_cannot_be_read() {
    let world = World::new().await;
    let secret = "a-secret-that-is-stored";
    for (number, (status, body)) in [
        (200, format!("{{\"Item\": {{\"secret\": {{\"S\": \"{secret}\"}}, oops")),
        (200, format!("{{\"Item\": {{\"secret\": {{\"S\": {{\"{secret}\": 1}}}}}}}}")),
        (200, format!("{{\"Item\": {{\"key\": {{\"S\": \"k\"}}, \"secret\": {{\"S\": \"s\"}}, \"sign_mode\": {{\"S\": \"{secret}\"}}}}}}")),
        (200, format!("<html>{secret}</html>")),
        (400, format!("<html>{secret}</html>")),
        (500, secret.to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        let garbling = crate::support::pauses::answering(&world, status, &body);
        let id = format!("garbled-{number}");
        let mut call = Call::get("/").query(&[("s", "App.Hello.World"), ("app_key", demo::OPEN_APP), ("name", "x")]);
        LazyLock::force(&LOG);
        call.0.request_id.clone_from(&id);
        let reply = world.send_to(&garbling, call).await;
        assert_eq!(reply.json()["ret"], 500, "{}", reply.body);
        let lines = lines_of(&id);
        assert!(lines.iter().any(|line| line.contains("ERROR")), "{lines:?}");
        let all = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
        assert!(!all.contains(secret), "{lines:?}");
    }
}

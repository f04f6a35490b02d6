//! Every command of the operator tells the truth when the store did what it was asked, and its first
//! answer was lost on the way.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::{Value, json};
use weiquan::ctx::{Ctx, Process};
use weiquan_store::aws;
use weiquan_store::ids::Ids;

use crate::support::admin::text;
use crate::support::{BAI, World};

/// Breaks the connection behind every write that was not sent before.
#[derive(Debug, Clone)]
struct Breaking {
    inner: SharedHttpClient,
    sent: Arc<Mutex<HashSet<Vec<u8>>>>,
    retries: Arc<Mutex<usize>>,
}

impl HttpClient for Breaking {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(BreakingConnector {
            inner: self.inner.http_connector(settings, components),
            client: self.clone(),
        })
    }
}

#[derive(Debug)]
struct BreakingConnector {
    inner: SharedHttpConnector,
    client: Breaking,
}

impl HttpConnector for BreakingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let action = target.rsplit('.').next().unwrap_or_default();
        let is_read = matches!(action, "GetItem" | "BatchGetItem" | "Query");
        let body = request.body().bytes().unwrap().to_vec();
        let is_first = !is_read && self.client.sent.lock().unwrap().insert(body);
        if !is_read && !is_first {
            *self.client.retries.lock().unwrap() += 1;
        }
        let call = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let answer = call.await?;
            match is_first {
                true => Err(ConnectorError::io("the connection broke".into())),
                false => Ok(answer),
            }
        })
    }
}

/// A process of the world whose first answers are lost.
fn unlucky(world: &World) -> (Ctx, Breaking) {
    let url = &world.dynamodb_url;
    let client = Breaking {
        inner: aws::http_client(aws::LOCAL_REGION, Some(url)),
        sent: Arc::default(),
        retries: Arc::default(),
    };
    let config = aws::local_config(url).http_client(client.clone()).build();
    let table = aws_sdk_dynamodb::Client::from_conf(config);
    let mut process = Process::new(table, local::TABLE);
    process.database.clock = world.clock.clone();
    process.database.ids = Ids::seeded(9);
    (Ctx::new(process), client)
}

const KEY: &str = "MYAPP000000000000000000000000001";
const GIVEN: [&str; 6] = [
    "--token",
    "12345678901234567890",
    "--token-secret",
    "oldTokenSecret01",
    "--openid",
    "0123456789ABCDEF0123456789ABCDEF",
];

/// What a command is tried with: other commands before it, itself, and a command that shows what it did
/// with a field of that.
type Trial<'a> = (
    &'a [&'a [&'a str]],
    &'a [&'a str],
    &'a [&'a str],
    (&'a str, Value),
);

#[tokio::test]
async fn every_writing_command_tells_the_truth() {
    let app: &[&str] = &["app", "create", "--key", KEY];
    let show: &[&str] = &["app", "show", KEY];
    let lili: &[&str] = &["member", "create", "--username", "lili"];
    let who: &[&str] = &["member", "show", "lili"];
    let site: &[&str] = &["xweibo", "set", "--akey", "A", "--skey", "B"];
    let shown: &[&str] = &["xweibo", "show"];
    let consumer: &[&str] = &["qzone", "app", "create", "--key", "20001"];
    let asked: &[&str] = &["qzone", "app", "show", "20001"];
    let grant = &["qzone", "grant", "20001", "lili"][..];
    let given = [grant, &GIVEN].concat();
    let trials: &[Trial] = &[
        (&[], &["init", "--all"], &["init"], ("missing", json!([]))),
        (&[], app, show, ("plan", json!("full"))),
        (
            &[app],
            &["app", "set", KEY, "--plan", "free"],
            show,
            ("plan", json!("free")),
        ),
        (
            &[app],
            &["app", "rotate", KEY],
            show,
            ("plan", json!("full")),
        ),
        (&[], lili, who, ("username", json!("lili"))),
        (
            &[lili],
            &["member", "set", "lili", "--nick", "Li"],
            who,
            ("nick", json!("Li")),
        ),
        (
            &[lili, consumer, grant],
            &["member", "set", "lili", "--banned", "true"],
            who,
            ("banned", json!(true)),
        ),
        (
            &[lili],
            &["member", "set", "lili", "--password", "new"],
            who,
            ("password", json!(true)),
        ),
        (
            &[lili],
            &["session", "create", "lili"],
            who,
            ("banned", json!(false)),
        ),
        (&[], site, shown, ("akey", json!("A"))),
        (
            &[site],
            &["xweibo", "set", "--words", "bad"],
            shown,
            ("words", json!(["bad"])),
        ),
        (
            &[lili],
            &["xweibo", "bind", "777", "lili"],
            who,
            ("site_uid", json!("777")),
        ),
        (&[], consumer, asked, ("oauth_consumer_key", json!("20001"))),
        (
            &[consumer],
            &["qzone", "app", "set", "20001", "--name", "Site"],
            asked,
            ("name", json!("Site")),
        ),
        (&[lili, consumer], grant, who, ("banned", json!(false))),
        (&[lili, consumer], &given, who, ("banned", json!(false))),
        (
            &[lili, consumer, grant],
            &given,
            who,
            ("banned", json!(false)),
        ),
    ];
    for (before, command, look, (field, wanted)) in trials {
        let world = World::empty().await;
        for step in *before {
            admin::call(&world.ctx, step).await.unwrap();
        }
        let (ctx, breaking) = unlucky(&world);
        let done = admin::call(&ctx, command).await;
        assert!(done.is_ok(), "{command:?}: {done:?}");
        assert!(
            *breaking.retries.lock().unwrap() > 0,
            "{command:?} was never asked again"
        );
        let found = admin::call(&world.ctx, look).await.unwrap();
        assert_eq!(&found[*field], wanted, "{command:?}");
    }
}

#[tokio::test]
async fn what_ends_is_told_to_have_been_there() {
    let world = World::new().await;
    let (ctx, breaking) = unlucky(&world);
    let member = world.member(BAI);
    let root = crate::support::okay::comment(&world, &[("message_content", "rude")]).await;
    let root = root.to_string();
    for (command, field) in [
        (
            ["session", "revoke", &member.uuid, &member.token],
            "revoked",
        ),
        (["message", "delete", demo::OPEN_APP, &root], "deleted"),
    ] {
        let done = admin::call(&ctx, &command).await;
        assert_eq!(done.unwrap()[field], true, "{command:?}");
        let again = admin::call(&ctx, &command).await;
        assert!(again.is_err(), "{again:?}");
    }
    let revoke = ["qzone", "revoke", &world.demo.qzone.token];
    let done = admin::call(&ctx, &revoke).await.unwrap();
    assert_eq!(text(&done, "token"), world.demo.qzone.token);
    assert!(*breaking.retries.lock().unwrap() >= 3);
}

/// All commands that change a table are among those tried above, by their names.
#[tokio::test]
async fn no_writing_command_is_forgotten() {
    const READS: [&str; 9] = [
        "check",
        "app show",
        "app list",
        "member show",
        "xweibo show",
        "qzone app show",
        "qzone app list",
        "event",
        "help",
    ];
    const TRIED: [&str; 14] = [
        "init",
        "app create",
        "app set",
        "app rotate",
        "member create",
        "member set",
        "session create",
        "session revoke",
        "message delete",
        "xweibo set",
        "xweibo bind",
        "qzone app create",
        "qzone app set",
        "qzone grant",
    ];
    let all = crate::support::admin::commands();
    let known = READS.iter().chain(&TRIED).chain(&["qzone revoke"]);
    let known: Vec<&str> = known.copied().collect();
    for command in &all {
        assert!(
            known.contains(&command.as_str()),
            "{command} is not tried with lost answers"
        );
    }
}

#[tokio::test]
async fn where_no_answer_comes_at_all_it_says_that_it_may_be_done() {
    let world = World::new().await;
    let _storm = world.faults().read_only();
    let said = admin::call(&world.ctx, &["app", "create"]).await;
    let said = format!("{:#}", said.unwrap_err());
    assert!(said.contains("did not say whether it is done"), "{said}");
    assert_eq!(said.lines().count(), 1);
}

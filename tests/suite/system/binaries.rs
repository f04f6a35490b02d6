//! The real binaries: every function against a Runtime API, the local system, the command line.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use demo::OPEN_APP;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use crate::support::binaries::{STARTED, admin, binary, outcome};
use crate::support::local::act_in;
use crate::support::sources::root;
use crate::support::{BAI, STAR};

/// A program that is killed when it is dropped.
fn spawn(command: &mut Command) -> Child {
    command.kill_on_drop(true).spawn().unwrap()
}

struct Runtime {
    events: Mutex<mpsc::Receiver<String>>,
    answers: mpsc::Sender<(String, String)>,
}

/// Lambda's Runtime API, as far as a function uses it: events go in, answers come out with the last
/// part of the path that they were posted to.
async fn runtime_api() -> (
    String,
    mpsc::Sender<String>,
    mpsc::Receiver<(String, String)>,
) {
    let (events, incoming) = mpsc::channel(10);
    let (answers, outgoing) = mpsc::channel(10);
    let runtime = std::sync::Arc::new(Runtime {
        events: Mutex::new(incoming),
        answers,
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = axum::Router::new().fallback(invocation).with_state(runtime);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, events, outgoing)
}

async fn invocation(State(runtime): State<std::sync::Arc<Runtime>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.ends_with("/invocation/next") {
        let event = std::future::poll_fn(|cx| runtime.events.lock().unwrap().poll_recv(cx)).await;
        let Some(event) = event else {
            return std::future::pending().await;
        };
        let headers = [
            (
                "lambda-runtime-aws-request-id",
                "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            ),
            ("lambda-runtime-deadline-ms", "4102444800000"),
            (
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:us-east-1:123456789012:function:f",
            ),
        ];
        return (headers, event).into_response();
    }
    let body = axum::body::to_bytes(request.into_body(), 10 << 20)
        .await
        .unwrap();
    let kind = path.rsplit('/').next().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    runtime.answers.send((kind, body)).await.unwrap();
    axum::http::StatusCode::ACCEPTED.into_response()
}

/// A function's binary that waits for events.
struct Function {
    events: mpsc::Sender<String>,
    answers: mpsc::Receiver<(String, String)>,
    _child: Child,
    _pictures: tempfile::TempDir,
}

impl Function {
    async fn start(name: &str, dynamodb_url: &str) -> Self {
        let (address, events, answers) = runtime_api().await;
        let pictures = tempfile::tempdir().unwrap();
        let child = spawn(
            Command::new(binary(name).await)
                .env("PICTURES_FOLDER", pictures.path())
                .env("AWS_LAMBDA_RUNTIME_API", address)
                .env("AWS_LAMBDA_FUNCTION_NAME", name)
                .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
                .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
                .env("AWS_REGION", "us-east-1")
                .env("AWS_ACCESS_KEY_ID", "local")
                .env("AWS_SECRET_ACCESS_KEY", "local")
                .env("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url)
                .env("TABLE_NAME", local::TABLE)
                .stdout(Stdio::null()),
        );
        Self {
            events,
            answers,
            _child: child,
            _pictures: pictures,
        }
    }

    /// What the function posts for an event: `response` or `error`, and the body.
    async fn invoke(&mut self, event: &str) -> (String, Value) {
        self.events.send(event.to_owned()).await.unwrap();
        let (kind, body) = tokio::time::timeout(Duration::from_secs(20), self.answers.recv())
            .await
            .unwrap()
            .unwrap();
        (kind, serde_json::from_str(&body).unwrap())
    }
}

async fn start_local() -> local::Running {
    local::start(&local::Options::default()).await.unwrap()
}

/// The same of what Lambda is given back.
fn outcome_of(answer: &Value) -> Result<(), String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let status = u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap();
    let kind = text(&answer["headers"]["content-type"]);
    outcome(&kind, status, &text(&answer["body"]))
}

/// What the committed event of a signed call of QZone comes to: its time has passed.
fn is_too_late(package: &str) -> Option<&'static str> {
    match package {
        "qzone-add-feeds" | "qzone-add-share" | "qzone-get-user-info" => Some("40005"),
        "qzone-request-token" => Some("10005"),
        "qzone-access-token" => Some("30005"),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_answer_their_sample_events() {
    let local = start_local().await;
    for name in STARTED {
        let file = root().join(format!("events/{name}.json"));
        let committed =
            std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let mut running = Function::start(name, &local.demo.dynamodb_url).await;
        let event = match is_too_late(name) {
            None => committed,
            Some(number) => {
                let (kind, answer) = running.invoke(&committed).await;
                let body = answer["body"].as_str().unwrap();
                assert!(
                    kind == "response" && body.contains(number),
                    "{name}: {answer}"
                );
                admin(&["event", name]).await
            }
        };
        let (kind, answer) = running.invoke(&event).await;
        assert_eq!(
            (kind.as_str(), outcome_of(&answer)),
            ("response", Ok(())),
            "{name}"
        );
        let (kind, answer) = running.invoke("{}").await;
        assert_eq!(
            kind, "response",
            "{name}: an empty event is answered: {answer}"
        );
    }
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fanout_works_its_committed_event_off() {
    let local = start_local().await;
    let event = std::fs::read_to_string(root().join("events/fanout.json")).unwrap();
    let mut running = Function::start("fanout", &local.demo.dynamodb_url).await;
    let done = serde_json::json!({ "batchItemFailures": [] });
    for event in [&*event, "{}"] {
        let (kind, answer) = running.invoke(event).await;
        assert_eq!((kind.as_str(), answer), ("response", done.clone()));
    }
    local.stop().await;
}

/// The local system as a program: the addresses that it tells programs, and the process.
async fn run_local(arguments: &[&str]) -> (Child, String, PathBuf) {
    let mut child = spawn(
        Command::new(binary("local").await)
            .args(arguments)
            .args(["--port", "0", "--dynamodb-port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.next_line().await.unwrap().unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    let text = |name: &str| told[name].as_str().unwrap();
    (child, text("gateway").to_owned(), text("demo").into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_loses_nothing_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let (mut child, url, file) = run_local(&["--data", data]).await;
    let demo: demo::Demo = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(demo.base_url, url);
    let message =
        format!("s=App.Market_Message.Post&app_key={OPEN_APP}&message_key=k&message_content=kept");
    let posted = crate::support::gateway::get(&url, &format!("/?{message}")).await;
    assert!(posted.contains("\"id\":1}"), "{posted}");
    let mention = [("text", "@小白 still to be told")];
    act_in(&demo, STAR, "update", &mention).await;
    // The stream's reader has had no time.
    child.kill().await.unwrap();

    let (mut child, url, file) = run_local(&["--data", data]).await;
    let demo: demo::Demo = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let told = async {
        while act_in(&demo, BAI, "mentions", &[]).await["data"] == serde_json::json!([]) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told)
        .await
        .unwrap();
    let show = format!("/?s=App.Market_Message.Show&app_key={OPEN_APP}&message_key=k");
    assert!(
        crate::support::gateway::get(&url, &show)
            .await
            .contains("kept")
    );
    let next = crate::support::gateway::get(&url, &format!("/?{message}")).await;
    assert!(next.contains("\"id\":2}"), "{next}");
    // The shell has a kill of its own.
    let kill = format!("kill -INT {}", child.id().unwrap());
    Command::new("sh")
        .args(["-c", &kill])
        .status()
        .await
        .unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), child.wait())
        .await
        .unwrap();
    assert!(ended.unwrap().success(), "Ctrl-C ends it cleanly");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_start_says_why_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let text = folder.path().join("text");
    std::fs::create_dir(&text).unwrap();
    std::fs::write(
        text.join("weiquan.db"),
        "this is no database, but a text that is long enough",
    )
    .unwrap();
    let (file, text) = (file.to_str().unwrap(), text.to_str().unwrap());
    for (arguments, words) in [
        (
            vec!["--memory", "--port", &port, "--dynamodb-port", "0"],
            "is in use",
        ),
        (
            vec!["--memory", "--port", "0", "--dynamodb-port", &port],
            "is in use",
        ),
        (
            vec!["--data", file, "--port", "0", "--dynamodb-port", "0"],
            "cannot write to",
        ),
        (
            vec!["--data", text, "--port", "0", "--dynamodb-port", "0"],
            "is not a database of Weiquan",
        ),
    ] {
        let output = Command::new(binary("local").await)
            .args(&arguments)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            said.contains(words) && said.trim_end().lines().count() == 1,
            "{arguments:?}: {said}"
        );
    }
}

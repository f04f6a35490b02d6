//! What goes to the log, and what does not.

use std::io::Write;
use std::sync::{LazyLock, Mutex};

use crate::world::{Call, World};

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
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let lines = log
        .lines()
        .filter(|line| line.contains(&format!("\"{id}\"")));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_request_and_a_request_without_its_secrets() {
    let world = World::new().await;
    let token = &world.demo.members[0].token;
    let pairs = [("app_key", demo::OPEN_APP), ("uuid", "u"), ("token", token)];
    let show = || Call::get("/api/App/Market_Message/Show").query(&pairs);
    let lines = logged(&world, show(), "logged-1").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in ["INFO", "okay-message-show", "code=200", "round_trips="] {
        assert!(lines[0].contains(part), "no {part} in {lines:?}");
    }
    assert!(!lines[0].contains(token.as_str()), "{lines:?}");

    world.faults.outage(true);
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

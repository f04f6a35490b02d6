//! What goes to the log, and what does not.

use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::world::{Call, World};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_request_and_a_request_without_its_secrets() {
    let world = World::new().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // This test's runtime has one thread.
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);

    let token = &world.demo.members[0].token;
    let pairs = [("app_key", demo::OPEN_APP), ("uuid", "u"), ("token", token)];
    let fine = Call::get("/api/App/Market_Message/Show").query(&pairs);
    world.send(fine).await;
    let logged = lines.take();
    assert_eq!(logged.lines().count(), 1, "{logged}");
    for part in [
        "INFO",
        "okay-message-show",
        "request-1",
        "code=200",
        "round_trips=",
    ] {
        assert!(logged.contains(part), "no {part} in {logged}");
    }
    assert!(!logged.contains(token.as_str()), "{logged}");

    world.faults.outage(true);
    world.pass(61);
    for call in [
        Call::get("/api/App/Market_Message/Show").query(&pairs),
        Call::post("/api/weibo/action.update").form(&[("api_uid", "10000")]),
        Call::post("/feeds/add_feeds").form(&[("oauth_consumer_key", "200003")]),
    ] {
        world.send(call).await;
        let logged = lines.take();
        let errors: Vec<_> = logged
            .lines()
            .filter(|line| line.contains("ERROR shared"))
            .collect();
        assert_eq!(errors.len(), 1, "{logged}");
        assert!(
            errors[0].contains("request-1") && errors[0].contains("InternalServerError"),
            "{logged}"
        );
    }
}

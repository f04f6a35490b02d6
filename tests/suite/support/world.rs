//! A deterministic world: an own in-memory table behind DynamoDB's API, the demo data, a clock that
//! stands still, seeded ids.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use demo::{Demo, DemoMember, Sample as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::watch;
use weiquan::ctx::{Ctx, Process};
use weiquan::event::Event;
use weiquan::http::Request;
use weiquan::pictures::Pictures;
use weiquan::runtime;
use weiquan_store::aws;
use weiquan_store::clock::Clock;
use weiquan_store::ids::Ids;
use weiquan_store::table::meter::Cost;

use crate::support::call::{Call, Reply};
use crate::support::emulator;
use crate::support::faults::FaultyClient;
use crate::support::seen::Watched;
use crate::support::storm::{Faults, Storm};
use crate::support::who::Who;

/// When every world begins: 2026-06-01 12:00:00 in China.
pub const START: &str = "2026-06-01T04:00:00Z";

/// The gateway's address, as events name it.
pub const BASE_URL: &str = "http://weiquan.test";

/// One table with the demo data, and the process that works on it.
pub struct World {
    pub ctx: Ctx,
    pub clock: Clock,
    pub demo: Demo,
    faults: Faults,
    pub dynamodb_url: String,
    pub pictures: tempfile::TempDir,
    client: FaultyClient,
    /// What the store takes for the account of this world.
    account: String,
    stream: tokio::sync::Mutex<Stream>,
    _stop: watch::Sender<()>,
}

/// The stream of the table.
enum Stream {
    Embedded(local::stream::Reader),
    Emulated(emulator::Stream),
}

impl World {
    pub async fn new() -> Self {
        let world = Self::empty().await;
        // Seeded by another process, so that what the demo data draws does not move the ids.
        demo::seed_callers(&world.another_process(0)).await.unwrap();
        world
    }

    /// A table without any data, as it is right after it was made.
    pub async fn empty() -> Self {
        let (stop, stopped) = watch::channel(());
        let account = emulator::new_account();
        let (url, stream) = match emulator::address() {
            None => embedded(stopped).await,
            Some(url) => {
                let stream = emulator::create_table(&url, &account).await;
                (url, Stream::Emulated(stream))
            }
        };
        let pictures = tempfile::tempdir().unwrap();
        let clock = Clock::manual(START.parse().unwrap());
        let faults = Faults::default();
        let client = faults.client(aws::http_client(aws::LOCAL_REGION, Some(&url)));
        let ctx = process(&url, &account, pictures.path(), &clock, &client, 1);
        Self {
            demo: demo::describe(BASE_URL, &url, local::TABLE),
            ctx,
            clock,
            faults,
            client,
            dynamodb_url: url,
            pictures,
            account,
            stream: tokio::sync::Mutex::new(stream),
            _stop: stop,
        }
    }

    /// A world in which the members have also said and done what sample events are about.
    pub async fn with_content() -> Self {
        let world = Self::new().await;
        demo::seed(&world.another_process(2)).await.unwrap();
        world.settle().await;
        world
    }

    /// A member of the demo data.
    pub fn member(&self, who: Who) -> &DemoMember {
        who.member(&self.demo)
    }

    /// Another process on the same table and clock: its own memory, its own ids.
    pub fn another_process(&self, seed: u64) -> Ctx {
        let pictures = self.pictures.path();
        process(
            &self.dynamodb_url,
            &self.account,
            pictures,
            &self.clock,
            &self.client,
            seed,
        )
    }

    /// Runs the table's stream through the fan-out until nothing is left; gives what that cost.
    pub async fn settle(&self) -> Cost {
        let mut stream = self.stream.lock().await;
        let ctx = self.ctx.for_request("stream");
        while match &mut *stream {
            Stream::Embedded(stream) => stream.step(&ctx).await.unwrap(),
            Stream::Emulated(stream) => stream.step(&ctx).await,
        } {}
        ctx.store.meter.cost()
    }

    /// Sends the sample event of a function with credentials of `demo`.
    pub async fn sample(&self, package: &str, demo: &Demo) -> Reply {
        let function = front::functions().find(|f| f.package() == package).unwrap();
        let event = function.sample(&self.ctx, &demo.credentials());
        self.event(&self.ctx, package, event).await
    }

    /// The usual storm: conflicts, and answers that are lost.
    pub fn storm(&self) -> Storm {
        self.faults().conflicts(20).lost_answers(4)
    }

    /// A storm of faults that are still to be chosen.
    pub fn faults(&self) -> Storm {
        self.faults.storm()
    }

    /// Another client of the store, without faults.
    pub fn client(&self) -> aws_sdk_dynamodb::Client {
        let config = aws::local_config(&self.dynamodb_url)
            .credentials_provider(emulator::credentials(&self.account))
            .http_client(aws::http_client(
                aws::LOCAL_REGION,
                Some(&self.dynamodb_url),
            ));
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// What a process needs in its environment, beside the address, to find the store.
    pub fn keys(&self) -> Vec<(&'static str, &str)> {
        match emulator::address() {
            None => Vec::new(),
            Some(_) => vec![
                ("AWS_ACCESS_KEY_ID", &self.account),
                ("AWS_SECRET_ACCESS_KEY", "local"),
                ("AWS_REGION", "us-east-1"),
            ],
        }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock on.
    pub fn pass(&self, seconds: i64) {
        self.clock
            .set(self.now() + SignedDuration::from_secs(seconds));
    }

    /// Lets the clock run until what is given is dropped: who waits for a turn waits until a time.
    pub fn run_clock(&self) -> impl Drop + use<> {
        struct Running(tokio::task::AbortHandle);
        impl Drop for Running {
            fn drop(&mut self) {
                self.0.abort();
            }
        }
        let (clock, start, begun) = (self.clock.clone(), self.now(), std::time::Instant::now());
        let tick = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                clock.set(start + SignedDuration::try_from(begun.elapsed()).unwrap());
            }
        });
        Running(tick.abort_handle())
    }

    /// Sends a request as API Gateway would: to the function that its path chooses.
    pub async fn send(&self, call: Call) -> Reply {
        self.send_to(&self.ctx, call).await
    }

    /// The same in another process.
    pub async fn send_to(&self, process: &Ctx, call: Call) -> Reply {
        let function = front::route(&call.0.path);
        let event = Event::new(call.0, self.now());
        self.event(process, function.package(), event).await
    }

    /// Gives an event to the function `name`.
    pub async fn event(&self, process: &Ctx, name: &str, event: Event) -> Reply {
        let function = front::functions().find(|f| f.package() == name).unwrap();
        // Through JSON, as Lambda hands it over.
        let event: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
        let request = Request::from(event);
        let ctx = process.for_request(&request.id);
        let watched = Watched(function, OnceLock::new());
        let response = runtime::answer(&watched, &ctx, &request).await;
        let body = if response.is_base64_encoded {
            use base64::Engine;
            let bytes = base64::prelude::BASE64_STANDARD
                .decode(response.body)
                .unwrap();
            String::from_utf8(bytes).unwrap()
        } else {
            response.body
        };
        let mut headers = response.headers;
        if !response.cookies.is_empty() {
            headers.insert("set-cookie".to_owned(), response.cookies.join(", "));
        }
        Reply {
            status: response.status_code,
            headers,
            body,
            cost: ctx.store.meter.cost(),
            operation: watched.1.into_inner(),
        }
    }

    /// Every item of the table, sorted: equal before and after a call that changed nothing.
    pub async fn dump(&self) -> Vec<String> {
        let client = self.client();
        let mut items = Vec::new();
        let mut start = None;
        loop {
            #[expect(clippy::disallowed_methods, reason = "a test compares whole tables")]
            let page = client
                .scan()
                .table_name(local::TABLE)
                .set_exclusive_start_key(start)
                .send()
                .await
                .unwrap();
            items.extend(page.items().iter().map(|item| {
                let mut item = item.clone();
                for value in item.values_mut() {
                    if let AttributeValue::B(bytes) = value {
                        *value = AttributeValue::S(format!("{:?}", bytes.as_ref()));
                    }
                }
                // As JSON, whose maps are sorted.
                let item: Value = serde_dynamo::from_item(item).unwrap();
                item.to_string()
            }));
            start = page.last_evaluated_key;
            if start.is_none() {
                items.sort();
                return items;
            }
        }
    }
}

/// A table of the embedded DynamoDB, served until `stopped`.
async fn embedded(stopped: watch::Receiver<()>) -> (String, Stream) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let database = local::open(None).unwrap();
    let stream = local::stream::Reader::new(database.clone(), local::TABLE).unwrap();
    let store = local::serve_store(database, listener, stopped).unwrap();
    (store.url, Stream::Embedded(stream))
}

fn process(
    url: &str,
    account: &str,
    pictures: &Path,
    clock: &Clock,
    client: &FaultyClient,
    seed: u64,
) -> Ctx {
    // A machine that also builds may stall for seconds: only faults that are injected may fail a test.
    let patience = Duration::from_secs(60);
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(patience)
        .operation_timeout(patience)
        .build();
    let config = aws::local_config(url)
        .credentials_provider(emulator::credentials(account))
        .http_client(client.clone())
        .timeout_config(timeouts)
        .build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    let mut process = Process::new(client, local::TABLE);
    process.database.clock = clock.clone();
    process.database.patience = patience;
    process.pictures = Pictures::folder(pictures, format!("{BASE_URL}/pictures"));
    process.database.ids = Ids::seeded(seed);
    Ctx::new(process)
}

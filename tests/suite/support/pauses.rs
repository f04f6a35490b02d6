//! Stops chosen calls to the table on their way there, so that a test decides what happens meanwhile.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use tokio::sync::Barrier;
use weiquan::ctx::{Ctx, Process};
use weiquan_store::aws;
use weiquan_store::ids::Ids;

use crate::support::world::World;

/// An HTTP client whose calls can be held.
#[derive(Debug, Clone)]
struct Pausing {
    inner: SharedHttpClient,
    held: Arc<Mutex<Option<Held>>>,
}

#[derive(Debug)]
struct Held {
    action: &'static str,
    text: String,
    left: usize,
    gate: Arc<Barrier>,
}

/// A process on the table of a world, whose calls a test can hold.
pub struct Pauses {
    pub ctx: Ctx,
    held: Arc<Mutex<Option<Held>>>,
}

/// Calls that were stopped, or will be.
pub struct Gate(Arc<Barrier>);

impl Gate {
    /// Waits until all of them have been stopped.
    pub async fn reached(&self) {
        self.0.wait().await;
    }

    /// Lets all of them go.
    pub async fn open(&self) {
        self.0.wait().await;
    }
}

impl Pauses {
    pub fn new(world: &World, seed: u64) -> Self {
        let held = Arc::default();
        let client = Pausing {
            inner: aws::http_client(aws::LOCAL_REGION, Some(&world.dynamodb_url)),
            held: Arc::clone(&held),
        };
        Self {
            ctx: process(world, seed, client),
            held,
        }
    }

    /// Stops the next `count` calls of `action` whose body holds `text`.
    pub fn hold(&self, action: &'static str, text: &str, count: usize) -> Gate {
        let gate = Arc::new(Barrier::new(count + 1));
        *self.held.lock().unwrap() = Some(Held {
            action,
            text: text.to_owned(),
            left: count,
            gate: Arc::clone(&gate),
        });
        Gate(gate)
    }
}

/// A process on the clock of a world, with a client of its own.
fn process(world: &World, seed: u64, client: impl HttpClient + 'static) -> Ctx {
    // What is held is not tried again.
    let patience = Duration::from_secs(60);
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(patience)
        .operation_timeout(patience)
        .build();
    let config = aws::local_config(&world.dynamodb_url)
        .http_client(client)
        .timeout_config(timeouts)
        .build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    let mut process = Process::new(client, local::TABLE);
    process.database.clock = world.clock.clone();
    process.database.ids = Ids::seeded(seed);
    process.database.patience = patience;
    Ctx::new(process)
}

/// A process whose table answers everything with `body`.
pub fn answering(world: &World, status: u16, body: &str) -> Ctx {
    let client = Answering(status, body.to_owned());
    process(world, 9, client)
}

/// An HTTP client that asks nobody.
#[derive(Debug, Clone)]
struct Answering(u16, String);

impl HttpClient for Answering {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Answering {
    fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
        let status = StatusCode::try_from(self.0).unwrap();
        let response = HttpResponse::new(status, SdkBody::from(self.1.clone()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl HttpClient for Pausing {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(PausingConnector {
            inner: self.inner.http_connector(settings, components),
            held: Arc::clone(&self.held),
        })
    }
}

#[derive(Debug)]
struct PausingConnector {
    inner: SharedHttpConnector,
    held: Arc<Mutex<Option<Held>>>,
}

impl HttpConnector for PausingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let gate = self.held.lock().unwrap().as_mut().and_then(|held| {
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let body = std::str::from_utf8(request.body().bytes().unwrap_or_default()).unwrap();
            let is_meant = target.ends_with(held.action) && body.contains(&held.text);
            if held.left == 0 || !is_meant {
                return None;
            }
            held.left -= 1;
            Some(Arc::clone(&held.gate))
        });
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move {
            if let Some(gate) = gate {
                gate.wait().await;
                gate.wait().await;
            }
            inner.call(request).await
        })
    }
}

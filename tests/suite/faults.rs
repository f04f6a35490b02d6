//! What the embedded DynamoDB never does by itself: conflicts, lost answers, stale reads, outages.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// An HTTP client that misbehaves as it is told.
#[derive(Debug, Clone)]
pub struct Faults {
    inner: SharedHttpClient,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    conflict_percent: u64,
    lose_percent: u64,
    lose_first: bool,
    tokens: HashSet<String>,
    outage: bool,
    read_only: bool,
    hang: bool,
    unprocessed: u32,
    stale: bool,
    written: HashSet<(String, String)>,
    replica: Replica,
    random: u64,
}

impl Faults {
    pub fn new(inner: SharedHttpClient) -> Self {
        Self {
            inner,
            plan: Arc::default(),
        }
    }

    /// So many of 100 transactions meet a conflict and do nothing.
    pub fn conflicts(&self, percent: u64) {
        self.plan.lock().unwrap().conflict_percent = percent;
    }

    /// So many of 100 transactions happen, but their answers are lost.
    pub fn lost_answers(&self, percent: u64) {
        self.plan.lock().unwrap().lose_percent = percent;
    }

    /// Every transaction happens, and its first answer is lost.
    pub fn lost_first_answers(&self) {
        self.plan.lock().unwrap().lose_first = true;
    }

    /// Every call fails.
    pub fn outage(&self, on: bool) {
        self.plan.lock().unwrap().outage = on;
    }

    /// Every write fails.
    pub fn read_only(&self, on: bool) {
        self.plan.lock().unwrap().read_only = on;
    }

    /// No call is ever answered.
    pub fn hang(&self, on: bool) {
        self.plan.lock().unwrap().hang = on;
    }

    /// So many batches leave everything unread or unwritten.
    pub fn unprocessed(&self, times: u32) {
        self.plan.lock().unwrap().unprocessed = times;
    }

    /// Eventual queries that were made before get the same answer again: what was removed since is
    /// there, what was changed is not.
    pub fn stopped_replica(&self, on: bool) {
        self.plan.lock().unwrap().replica.stopped = on;
    }

    /// Reads that are not strongly consistent miss what was put since this was switched on.
    pub fn stale_reads(&self, on: bool) {
        let mut plan = self.plan.lock().unwrap();
        plan.stale = on;
        plan.written.clear();
    }
}

impl Plan {
    fn draw(&mut self) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.random >> 33) % 100
    }
}

/// A replica that has stopped: it knows what eventual queries were answered before.
#[derive(Debug, Default)]
struct Replica {
    stopped: bool,
    answers: HashMap<String, Vec<u8>>,
}

enum Fate {
    Answer(Box<HttpResponse>),
    Forward { then_lose: bool, hide: bool },
}

impl HttpClient for Faults {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(FaultyConnector {
            inner: self.inner.http_connector(settings, components),
            plan: Arc::clone(&self.plan),
        })
    }
}

#[derive(Debug)]
struct FaultyConnector {
    inner: SharedHttpConnector,
    plan: Arc<Mutex<Plan>>,
}

impl HttpConnector for FaultyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let action = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body: Value =
            serde_json::from_slice(request.body().bytes().unwrap_or(b"null")).unwrap();
        if self.plan.lock().unwrap().hang {
            return HttpConnectorFuture::new(std::future::pending());
        }
        let is_eventual_query = action == "Query" && !is_strong(&body);
        let asked = body.to_string();
        if is_eventual_query {
            let plan = self.plan.lock().unwrap();
            if let Some(answer) = plan
                .replica
                .answers
                .get(&asked)
                .filter(|_| plan.replica.stopped)
            {
                let answer: Value = serde_json::from_slice(answer).unwrap();
                return HttpConnectorFuture::ready(Ok(response(200, &answer)));
            }
        }
        let fate = decide(&mut self.plan.lock().unwrap(), &action, &body);
        let (then_lose, hide) = match fate {
            Fate::Answer(response) => return HttpConnectorFuture::ready(Ok(*response)),
            Fate::Forward { then_lose, hide } => (then_lose, hide),
        };
        let call = self.inner.call(request);
        let plan = Arc::clone(&self.plan);
        HttpConnectorFuture::new(async move {
            let mut response = call.await?;
            if then_lose {
                return Ok(failure("InternalServerError"));
            }
            if is_eventual_query && !hide {
                let taken = std::mem::replace(response.body_mut(), SdkBody::empty());
                let bytes = read(taken).await;
                plan.lock()
                    .unwrap()
                    .replica
                    .answers
                    .insert(asked, bytes.clone());
                *response.body_mut() = SdkBody::from(bytes);
            }
            if hide {
                let taken = std::mem::replace(response.body_mut(), SdkBody::empty());
                let bytes = read(taken).await;
                let bytes = hide_written(&plan.lock().unwrap(), &bytes);
                response.headers_mut().remove("content-length");
                response.headers_mut().remove("x-amz-crc32");
                *response.body_mut() = SdkBody::from(bytes);
            }
            Ok(response)
        })
    }
}

fn decide(plan: &mut Plan, action: &str, body: &Value) -> Fate {
    let is_read = matches!(action, "GetItem" | "BatchGetItem" | "Query");
    if plan.outage || plan.read_only && !is_read {
        return Fate::Answer(Box::new(failure("InternalServerError")));
    }
    let forward = Fate::Forward {
        then_lose: false,
        hide: false,
    };
    match action {
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().unwrap();
            if plan.draw() < plan.conflict_percent {
                return Fate::Answer(Box::new(conflict(items.len())));
            }
            if plan.stale {
                let keys = items.iter().map(|item| key(&item["Put"]["Item"]));
                plan.written.extend(keys.flatten());
            }
            let token = body["ClientRequestToken"].as_str().unwrap();
            let is_first = plan.lose_first && plan.tokens.insert(token.to_owned());
            Fate::Forward {
                then_lose: is_first || plan.draw() < plan.lose_percent,
                hide: false,
            }
        }
        "PutItem" if plan.stale => {
            plan.written.extend(key(&body["Item"]));
            forward
        }
        "BatchGetItem" if plan.unprocessed > 0 => {
            plan.unprocessed -= 1;
            let answer = json!({"Responses": {}, "UnprocessedKeys": body["RequestItems"]});
            Fate::Answer(Box::new(response(200, &answer)))
        }
        "BatchWriteItem" if plan.unprocessed > 0 => {
            plan.unprocessed -= 1;
            let answer = json!({"UnprocessedItems": body["RequestItems"]});
            Fate::Answer(Box::new(response(200, &answer)))
        }
        "GetItem" | "Query" | "BatchGetItem" if plan.stale => Fate::Forward {
            then_lose: false,
            hide: !body.to_string().contains("\"ConsistentRead\":true"),
        },
        _ => forward,
    }
}

fn is_strong(body: &Value) -> bool {
    body["ConsistentRead"] == true
}

fn key(item: &Value) -> Option<(String, String)> {
    let part = |name: &str| item[name]["S"].as_str().map(str::to_owned);
    Some((part("PK")?, part("SK")?))
}

fn hide_written(plan: &Plan, bytes: &[u8]) -> Vec<u8> {
    let mut answer: Value = serde_json::from_slice(bytes).unwrap();
    let is_new = |item: &Value| key(item).is_some_and(|key| plan.written.contains(&key));
    if is_new(&answer["Item"]) {
        answer.as_object_mut().unwrap().remove("Item");
    }
    let lists = answer["Responses"]
        .as_object()
        .map(|all| all.keys().cloned().collect::<Vec<_>>());
    for table in lists.unwrap_or_default() {
        answer["Responses"][&table]
            .as_array_mut()
            .unwrap()
            .retain(|item| !is_new(item));
    }
    if let Some(items) = answer["Items"].as_array_mut() {
        items.retain(|item| !is_new(item));
    }
    answer.to_string().into_bytes()
}

async fn read(body: SdkBody) -> Vec<u8> {
    aws_smithy_types::byte_stream::ByteStream::new(body)
        .collect()
        .await
        .unwrap()
        .to_vec()
}

fn conflict(items: usize) -> HttpResponse {
    let reasons = vec![json!({"Code": "TransactionConflict", "Message": "conflict"}); items];
    response(
        400,
        &json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled",
            "CancellationReasons": reasons,
        }),
    )
}

fn failure(kind: &str) -> HttpResponse {
    response(
        500,
        &json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "injected"}),
    )
}

fn response(status: u16, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::new(
        StatusCode::try_from(status).unwrap(),
        SdkBody::from(body.to_string()),
    );
    response
        .headers_mut()
        .insert("content-type", "application/x-amz-json-1.0");
    response
}

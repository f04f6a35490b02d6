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

/// What may be injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Conflict,
    LostAnswer,
    Outage,
    ReadOnly,
    Hang,
    Unprocessed,
    StaleRead,
    StoppedReplica,
}

/// Which faults are on, and what is known of them.
#[derive(Debug, Default)]
pub struct Plan {
    /// How often each kind that is on has struck.
    pub strikes: HashMap<Kind, u64>,
    pub conflict_percent: u64,
    pub lose_percent: u64,
    /// Writes whose answers were lost, by token or text.
    lost: HashSet<String>,
    pub unprocessed: u32,
    pub written: HashSet<(String, String)>,
    replica: Replica,
    random: u64,
}

impl Plan {
    fn is_on(&self, kind: Kind) -> bool {
        self.strikes.contains_key(&kind)
    }

    /// Counts that `kind`, which is on, has struck.
    fn strike(&mut self, kind: Kind) {
        *self.strikes.entry(kind).or_default() += 1;
    }

    /// Whether `kind` is on; it strikes then.
    fn strikes(&mut self, kind: Kind) -> bool {
        let on = self.is_on(kind);
        if on {
            self.strike(kind);
        }
        on
    }

    /// Whether `kind` is on and strikes the next write: the first one, then so many of 100.
    fn strikes_some(&mut self, kind: Kind, percent: u64) -> bool {
        let drawn = self.draw() < percent;
        let is_first = self.strikes.get(&kind) == Some(&0);
        self.is_on(kind) && (is_first || drawn) && self.strikes(kind)
    }

    fn draw(&mut self) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.random >> 33) % 100
    }
}

/// An HTTP client that misbehaves as the plan tells it.
#[derive(Debug, Clone)]
pub struct FaultyClient {
    pub inner: SharedHttpClient,
    pub plan: Arc<Mutex<Plan>>,
}

/// A replica that has stopped: it knows what eventual queries were answered before.
#[derive(Debug, Default)]
struct Replica {
    answers: HashMap<String, Vec<u8>>,
}

enum Fate {
    Answer(Box<HttpResponse>),
    Forward { then_lose: bool, hide: bool },
}

impl HttpClient for FaultyClient {
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
        if self.plan.lock().unwrap().strikes(Kind::Hang) {
            return HttpConnectorFuture::new(std::future::pending());
        }
        let is_eventual_query = action == "Query" && !is_strong(&body);
        let asked = body.to_string();
        if is_eventual_query {
            let mut plan = self.plan.lock().unwrap();
            let known = plan.replica.answers.get(&asked).cloned();
            if let Some(answer) = known.filter(|_| plan.strikes(Kind::StoppedReplica)) {
                let answer: Value = serde_json::from_slice(&answer).unwrap();
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
                let bytes = hide_written(&mut plan.lock().unwrap(), &bytes);
                response.headers_mut().remove("content-length");
                response.headers_mut().remove("x-amz-crc32");
                *response.body_mut() = SdkBody::from(bytes);
            }
            Ok(response)
        })
    }
}

fn decide(plan: &mut Plan, action: &str, body: &Value) -> Fate {
    let is_read = matches!(action, "GetItem" | "BatchGetItem" | "Query" | "Scan");
    if plan.strikes(Kind::Outage) || !is_read && plan.strikes(Kind::ReadOnly) {
        return Fate::Answer(Box::new(failure("InternalServerError")));
    }
    let is_stale = plan.is_on(Kind::StaleRead);
    match action {
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().unwrap();
            if plan.strikes_some(Kind::Conflict, plan.conflict_percent) {
                return Fate::Answer(Box::new(conflict(items.len())));
            }
            if is_stale {
                let keys = items.iter().map(|item| key(&item["Put"]["Item"]));
                plan.written.extend(keys.flatten());
            }
        }
        "PutItem" if is_stale => plan.written.extend(key(&body["Item"])),
        "BatchGetItem" | "BatchWriteItem" if plan.unprocessed > 0 => {
            plan.unprocessed -= 1;
            plan.strike(Kind::Unprocessed);
            let left = &body["RequestItems"];
            let answer =
                json!({"Responses": {}, "UnprocessedKeys": left, "UnprocessedItems": left});
            return Fate::Answer(Box::new(response(200, &answer)));
        }
        _ => {}
    }
    if is_read {
        let hide = is_stale && !body.to_string().contains("\"ConsistentRead\":true");
        return Fate::Forward {
            then_lose: false,
            hide,
        };
    }
    // A try that comes again is the same: by its token, or to the letter.
    let token = body["ClientRequestToken"].as_str();
    let this = token.map_or_else(|| body.to_string(), str::to_owned);
    let then_lose =
        !plan.lost.contains(&this) && plan.strikes_some(Kind::LostAnswer, plan.lose_percent);
    if then_lose {
        plan.lost.insert(this);
    }
    Fate::Forward {
        then_lose,
        hide: false,
    }
}

fn is_strong(body: &Value) -> bool {
    body["ConsistentRead"] == true
}

fn key(item: &Value) -> Option<(String, String)> {
    let part = |name: &str| item[name]["S"].as_str().map(str::to_owned);
    Some((part("PK")?, part("SK")?))
}

fn hide_written(plan: &mut Plan, bytes: &[u8]) -> Vec<u8> {
    let mut answer: Value = serde_json::from_slice(bytes).unwrap();
    let mut hidden = false;
    let mut is_new = |item: &Value| {
        let is_new = key(item).is_some_and(|key| plan.written.contains(&key));
        hidden |= is_new;
        is_new
    };
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
    if hidden {
        plan.strike(Kind::StaleRead);
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

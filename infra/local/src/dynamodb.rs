//! DynamoDB's API over HTTP, for programs on this machine alone. The database accepts any signature, so requests that a
//! web page makes its reader's browser send are refused.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::hosts::Hosts;
use crate::idempotency::IdempotencyTokens;

/// DynamoDB takes bodies up to 16 MB.
const MAX_BODY: usize = 16 << 20;
const JSON: &str = "application/x-amz-json-1.0";
/// What comes before the operation in `X-Amz-Target`.
const TARGETS: [&str; 2] = ["DynamoDB_20120810.", "DynamoDBStreams_20120810."];

#[derive(Clone)]
struct Api {
    database: Database,
    tokens: Arc<IdempotencyTokens>,
    served: Arc<AtomicU64>,
}

/// A database served with DynamoDB's API.
pub struct Store {
    /// The address of the API.
    pub url: String,
    /// The server. It ends when `stop` changes.
    pub server: JoinHandle<()>,
}

/// Serves DynamoDB's API for `database` on `listener` until `stop` changes.
pub fn serve_store(
    database: Database,
    listener: TcpListener,
    stop: watch::Receiver<()>,
) -> Result<Store> {
    let url = format!("http://{}", listener.local_addr()?);
    let service = router(database);
    let served = axum::serve(listener, service).with_graceful_shutdown(changed(stop));
    let server = tokio::spawn(async move {
        if let Err(cause) = served.await {
            tracing::error!("{cause}");
        }
    });
    Ok(Store { url, server })
}

/// The routes of the service on `database`.
fn router(database: Database) -> Router {
    Router::new().fallback(answer).with_state(Api {
        database,
        tokens: Arc::default(),
        served: Arc::default(),
    })
}

async fn changed(mut stop: watch::Receiver<()>) {
    // A dropped sender means the same.
    let _ = stop.changed().await;
}

async fn answer(State(api): State<Api>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let (status, body) = match refused(&head.headers) {
        Some(refusal) => refusal,
        None if head.method == Method::GET => {
            let health = "healthy: dynamodb.us-east-1.amazonaws.com ".to_owned();
            (StatusCode::OK, health)
        }
        None => match to_bytes(body, MAX_BODY).await {
            Ok(body) => api.run(&head.headers, body.to_vec()).await,
            Err(cause) => error(
                StatusCode::PAYLOAD_TOO_LARGE,
                SERIALIZATION,
                &cause.to_string(),
            ),
        },
    };
    let id = api.served.fetch_add(1, Ordering::Relaxed);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(JSON));
    if let Ok(id) = format!("{id:052}").parse() {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

const ACCESS_DENIED: &str = "com.amazonaws.dynamodb.v20120810#AccessDeniedException";
const MISSING_TOKEN: &str = "com.amazon.coral.service#MissingAuthenticationTokenException";
const UNKNOWN: &str = "com.amazon.coral.service#UnknownOperationException";
const SERIALIZATION: &str = "com.amazon.coral.service#SerializationException";
const VALIDATION: &str = "com.amazon.coral.validate#ValidationException";

fn error(status: StatusCode, kind: &str, message: &str) -> (StatusCode, String) {
    let body = json!({ "__type": kind, "message": message });
    (status, body.to_string())
}

/// Refuses what a browser sends on behalf of a page, and what is addressed to another server.
fn refused(headers: &HeaderMap) -> Option<(StatusCode, String)> {
    let own = IpAddr::V4(Ipv4Addr::LOCALHOST);
    if headers.contains_key(ORIGIN) {
        let message = "requests of web pages are refused";
        return Some(error(StatusCode::FORBIDDEN, ACCESS_DENIED, message));
    }
    let host = Hosts::default().foreign(headers, own)?;
    let message = format!("call 127.0.0.1 or localhost, not {host}");
    Some(error(StatusCode::FORBIDDEN, ACCESS_DENIED, &message))
}

impl Api {
    async fn run(&self, headers: &HeaderMap, body: Vec<u8>) -> (StatusCode, String) {
        let bad = StatusCode::BAD_REQUEST;
        let target = headers
            .get("x-amz-target")
            .and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| {
            let named = TARGETS
                .iter()
                .find_map(|prefix| target.strip_prefix(prefix));
            named.map(str::to_owned)
        });
        let Some(operation) = operation else {
            return error(bad, UNKNOWN, "");
        };
        if !headers.contains_key(AUTHORIZATION) {
            let message = "Request must contain either a valid (registered) AWS access key ID or X.509 certificate.";
            return error(bad, MISSING_TOKEN, message);
        }
        let (api, name) = (self.clone(), operation.clone());
        // The database blocks the thread that calls it.
        let done = tokio::task::spawn_blocking(move || match &*name {
            "TransactWriteItems" => Some(api.transact(&body)),
            name => dispatch(&api.database, name, &body),
        })
        .await;
        let failed = match done {
            Ok(Some(Ok(body))) => return (StatusCode::OK, body),
            Ok(Some(Err(Refused::Unread(cause)))) => return unread(&cause),
            Ok(None) => return error(bad, UNKNOWN, ""),
            Ok(Some(Err(Refused::Database(refusal)))) => refusal,
            Err(cause) => DynoxideError::InternalServerError(cause.to_string()),
        };
        let status = StatusCode::from_u16(failed.status_code()).unwrap_or(bad);
        if status.is_server_error() {
            tracing::error!("{operation}: {failed}");
        }
        (status, failed.to_json())
    }

    /// Runs a transaction. An invalid token is left for the database to refuse.
    fn transact(&self, body: &[u8]) -> Result<String, Refused> {
        let mut request: TransactWriteItemsRequest =
            serde_json::from_slice(body).map_err(Refused::Unread)?;
        let token = request
            .client_request_token
            .take_if(|token| (1..=36).contains(&token.len()));
        let items = serde_json::to_value(&request.transact_items).map_err(Refused::Unread)?;
        let run = || encoded(&self.database.transact_write_items(request)?);
        match token {
            None => run(),
            Some(token) => self.tokens.once(token, &items.to_string(), run),
        }
        .map_err(Refused::Database)
    }
}

/// Why an operation failed.
enum Refused {
    /// The request cannot be read.
    Unread(serde_json::Error),
    /// The database's own answer.
    Database(DynoxideError),
}

/// The database marks what is wrong with a value, so that the answer can be worded accordingly.
fn unread(cause: &serde_json::Error) -> (StatusCode, String) {
    let said = cause.to_string();
    let marked = [
        ("VALIDATION_REQUEST:", VALIDATION),
        ("VALIDATION_AS_READ:", VALIDATION),
        ("VALIDATION:", VALIDATION),
        ("SERIALIZATION_AS_READ:", SERIALIZATION),
        ("SERIALIZATION:", SERIALIZATION),
    ];
    let found = marked
        .iter()
        .find_map(|(marker, kind)| Some((*kind, said.strip_prefix(marker)?)));
    let is_missing = said.contains("missing field") || said.contains("unknown variant");
    let (kind, message) = found.unwrap_or((
        if is_missing {
            VALIDATION
        } else {
            SERIALIZATION
        },
        &said,
    ));
    error(StatusCode::BAD_REQUEST, kind, message)
}

fn call<T: DeserializeOwned, R: Serialize>(
    body: &[u8],
    run: impl FnOnce(T) -> Result<R, DynoxideError>,
) -> Result<String, Refused> {
    let request = serde_json::from_slice(body).map_err(Refused::Unread)?;
    run(request)
        .and_then(|answer| encoded(&answer))
        .map_err(Refused::Database)
}

fn encoded(answer: &impl Serialize) -> Result<String, DynoxideError> {
    serde_json::to_string(answer).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
}

/// Runs an operation by its name; `None` if there is no operation of that name.
fn dispatch(database: &Database, name: &str, body: &[u8]) -> Option<Result<String, Refused>> {
    Some(match name {
        "CreateTable" => call(body, |r| database.create_table(r)),
        "DeleteTable" => call(body, |r| database.delete_table(r)),
        "DescribeTable" => call(body, |r| database.describe_table(r)),
        "ListTables" => call(body, |r| database.list_tables(r)),
        "UpdateTable" => call(body, |r| database.update_table(r)),
        "PutItem" => call(body, |r| database.put_item(r)),
        "GetItem" => call(body, |r| database.get_item(r)),
        "DeleteItem" => call(body, |r| database.delete_item(r)),
        "UpdateItem" => call(body, |r| database.update_item(r)),
        "Query" => call(body, |r| database.query(r)),
        "Scan" => call(body, |r| database.scan(r)),
        "BatchGetItem" => call(body, |r| database.batch_get_item(r)),
        "BatchWriteItem" => call(body, |r| database.batch_write_item(r)),
        "TransactGetItems" => call(body, |r| database.transact_get_items(r)),
        "ListStreams" => call(body, |r| database.list_streams(r)),
        "DescribeStream" => call(body, |r| database.describe_stream(r)),
        "GetShardIterator" => call(body, |r| database.get_shard_iterator(r)),
        "GetRecords" => call(body, |r| database.get_records(r)),
        "UpdateTimeToLive" => call(body, |r| database.update_time_to_live(r)),
        "DescribeTimeToLive" => call(body, |r| database.describe_time_to_live(r)),
        "ExecuteStatement" => call(body, |r| database.execute_statement(r)),
        "ExecuteTransaction" => call(body, |r| database.execute_transaction(r)),
        "BatchExecuteStatement" => call(body, |r| database.batch_execute_statement(r)),
        "TagResource" => call(body, |r| database.tag_resource(r)),
        "UntagResource" => call(body, |r| database.untag_resource(r)),
        "ListTagsOfResource" => call(body, |r| database.list_tags_of_resource(r)),
        _ => return None,
    })
}

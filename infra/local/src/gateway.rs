//! HTTP as API Gateway handles it: every request becomes a payload 2.0 event.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use weiquan::event::{Arrival, Event};
use weiquan::form_data::path_decode;
use weiquan::http::Function;
use weiquan::pictures::Kind;
use weiquan::{Ctx, runtime};
use weiquan_store::causes::causes;

use crate::hosts::Hosts;
use crate::lenient_stream::{LenientStream, SHORTENED};
use crate::long_head;
use crate::options::Patience;
use crate::response::{internal, refusal, respond};

/// The maximum size of a Lambda event. If the body is sent as base64, AWS already refuses bodies a quarter smaller.
const MAX_BODY: usize = 6 << 20;
/// The maximum size of request line and headers in API Gateway.
const MAX_HEAD: usize = 10_240;
/// How long to wait at the end for connections that are still open.
const END: Duration = Duration::from_secs(2);

/// What is needed for every request.
pub struct Gateway {
    /// The process.
    pub ctx: Ctx,
    /// The names by which the gateway is called.
    pub hosts: Hosts,
    /// How long a caller may take.
    pub patience: Patience,
    /// Places for the requests that are being handled.
    pub at_once: Semaphore,
}

/// Serves the connections of `listener` until `stop` changes; running requests are then finished.
pub async fn serve(listener: TcpListener, gateway: Gateway, mut stop: watch::Receiver<()>) {
    let gateway = Arc::new(gateway);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.changed() => break,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                open.spawn(connection(stream, peer, Arc::clone(&gateway), stop.clone()));
            }
            Err(cause) => not_accepted(&cause).await,
        }
    }
    drop(listener);
    let finish = async { while open.join_next().await.is_some() {} };
    let _ = timeout(END, finish).await;
}

/// No more files can be opened until some of the open ones are closed.
async fn not_accepted(cause: &std::io::Error) {
    tracing::error!("{cause}");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
    mut stop: watch::Receiver<()>,
) {
    let Ok(own) = stream.local_addr() else {
        return;
    };
    // An answer is sent at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| async {
        let caller = Caller { peer, own };
        Ok::<_, Infallible>(gateway.answer(request.map(Body::new), caller).await)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(gateway.patience.head)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(LenientStream::new(stream)), service);
    let mut served = pin!(served);
    tokio::select! {
        // Callers that break off, or that do not speak HTTP, are not an error of this program.
        _ = served.as_mut() => return,
        _ = stop.changed() => served.as_mut().graceful_shutdown(),
    }
    let _ = served.await;
}

/// Both ends of a connection.
#[derive(Debug, Clone, Copy)]
struct Caller {
    peer: SocketAddr,
    own: SocketAddr,
}

impl Gateway {
    async fn answer(&self, request: Request<Body>, caller: Caller) -> Response {
        let (head, body) = request.into_parts();
        if let Some(host) = self.hosts.foreign(&head.headers, caller.own.ip()) {
            let said = format!("{host} is not served here: start with --allow-host {host}");
            return refusal(StatusCode::FORBIDDEN, &said);
        }
        let path = head.uri.path();
        if let Some(name) = path.strip_prefix("/pictures/")
            && let Ok(name) = path_decode(name)
        {
            return self.picture(&name).await;
        }
        let arrival = Arrival {
            method: head.method.to_string(),
            path: path.to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: flatten(&head.headers, caller.peer),
            body: Vec::new(),
            source_ip: caller.peer.ip().to_canonical().to_string(),
            request_id: self.ctx.store.new_id().to_string(),
        };
        if is_too_long(&head) {
            return long_head::answer(&self.ctx, arrival);
        }
        let body = match timeout(self.patience.body, to_bytes(body, MAX_BODY)).await {
            Ok(Ok(body)) => body.to_vec(),
            Ok(Err(_)) => {
                return refusal(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            }
            Err(_late) => return refusal(StatusCode::REQUEST_TIMEOUT, "Request Timeout"),
        };
        let function = self.route(&arrival.path);
        let Ok(_place) = self.at_once.acquire().await else {
            return refusal(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
        };
        let event = Event::new(Arrival { body, ..arrival }, self.ctx.now());
        respond(runtime::serve(function, &self.ctx, event).await)
    }

    /// The function for a path. Where the documentation is left out, so are its routes.
    fn route(&self, path: &str) -> &'static dyn Function {
        let function = front::route(path);
        match function.package() == front::DOCS && !self.ctx.settings.docs {
            true => &front::Front,
            false => function,
        }
    }

    /// What S3 does on AWS.
    async fn picture(&self, name: &str) -> Response {
        let kind = [Kind::Jpeg, Kind::Png, Kind::Gif].into_iter().find(|kind| {
            name.strip_suffix(kind.extension())
                .is_some_and(|stem| stem.ends_with('.'))
        });
        let bytes = match kind {
            Some(_) => self.ctx.pictures.read(name).await,
            None => Ok(None),
        };
        match (kind, bytes) {
            (Some(kind), Ok(Some(bytes))) => {
                let headers = [
                    ("content-type", kind.content_type()),
                    ("x-content-type-options", "nosniff"),
                ];
                (headers, bytes).into_response()
            }
            (_, Err(cause)) => {
                tracing::error!("{}", causes(&cause));
                internal()
            }
            _ => refusal(StatusCode::NOT_FOUND, "Not Found"),
        }
    }
}

fn is_too_long(head: &Parts) -> bool {
    let line = head
        .uri
        .path_and_query()
        .map_or(0, |line| line.as_str().len());
    let headers: usize = head
        .headers
        .iter()
        .map(|(n, v)| n.as_str().len() + v.len() + 4)
        .sum();
    line + headers > MAX_HEAD || head.headers.contains_key(SHORTENED)
}

/// Header values by lower-case name, repeated ones joined. Headers that only a gateway may set are set here.
fn flatten(headers: &HeaderMap, peer: SocketAddr) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        flat.entry(name.as_str().to_owned())
            .and_modify(|all| {
                all.push(if name == "cookie" { ';' } else { ',' });
                all.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    flat.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    flat.insert("x-forwarded-for".to_owned(), peer.ip().to_string());
    flat
}

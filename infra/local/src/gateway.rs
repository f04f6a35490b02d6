//! HTTP as API Gateway speaks it: every request becomes a payload 2.0 event.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::{IncomingStream, Listener};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use shared::event::{Arrival, Event};
use shared::pictures::Kind;
use shared::{Ctx, runtime};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// What a Lambda event may hold; where a body travels as base64, AWS refuses a quarter less.
const MAX_BODY: usize = 6 << 20;
/// How much of a request line is looked at before it is passed on as it is.
const MAX_LINE: usize = 64 * 1024;
/// What API Gateway takes of request line and headers.
const MAX_HEAD: usize = 10_240;

/// A listener whose connections have the characters of their request line mended that a URL may not
/// hold: old clients send `"`, `<`, `>` and spaces in the query, API Gateway takes them, the HTTP
/// library does not. Each connection serves one request, so that there is one request line.
pub struct Mending(pub TcpListener);

impl Listener for Mending {
    type Io = Mended;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Mended, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        (
            Mended {
                stream,
                line: Some(Vec::new()),
                ready: Vec::new(),
            },
            peer,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Mending>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Mending>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// The caller's address.
#[derive(Debug, Clone, Copy)]
pub struct Peer(SocketAddr);

/// A connection whose request line is mended.
pub struct Mended {
    stream: TcpStream,
    /// The request line as far as it has come; `None` once it has passed.
    line: Option<Vec<u8>>,
    /// What is to be read before the stream.
    ready: Vec<u8>,
}

impl AsyncRead for Mended {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while let Some(line) = &mut self.line {
            let mut line = std::mem::take(line);
            let mut chunk = [0; 4096];
            let mut chunk = ReadBuf::new(&mut chunk);
            let read = Pin::new(&mut self.stream).poll_read(cx, &mut chunk);
            line.extend_from_slice(chunk.filled());
            let is_whole = line.contains(&b'\n') || line.len() > MAX_LINE;
            match read {
                Poll::Ready(Ok(())) if is_whole || chunk.filled().is_empty() => {
                    self.ready = mend(&line);
                    self.line = None;
                }
                Poll::Ready(Ok(())) => self.line = Some(line),
                other => {
                    self.line = Some(line);
                    return other;
                }
            }
        }
        if self.ready.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, out);
        }
        let count = self.ready.len().min(out.remaining());
        let rest = self.ready.split_off(count);
        out.put_slice(&std::mem::replace(&mut self.ready, rest));
        Poll::Ready(Ok(()))
    }
}

/// Percent-encodes what must not stand in the query of a request line.
fn mend(head: &[u8]) -> Vec<u8> {
    let end = head.iter().position(|&b| b == b'\n').unwrap_or(head.len());
    let (line, rest) = head.split_at(end);
    let (Some(start), Some(stop)) = (
        line.iter().position(|&b| b == b'?'),
        line.windows(6).rposition(|part| part == b" HTTP/"),
    ) else {
        return head.to_vec();
    };
    let mut mended = Vec::with_capacity(head.len());
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b' ' | b'"' | b'<' | b'>' if (start..stop).contains(&at) => {
                mended.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            _ => mended.push(byte),
        }
    }
    mended.extend_from_slice(rest);
    mended
}

impl AsyncWrite for Mended {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Serves every path by the function that the routes choose.
pub fn router(ctx: Ctx) -> Router {
    Router::new()
        .route("/pictures/{*name}", get(picture))
        .fallback(serve)
        .with_state(ctx)
}

/// What S3 does on AWS.
async fn picture(
    State(ctx): State<Ctx>,
    axum::extract::Path(name): axum::extract::Path<String>,
) -> Response {
    let kind = [Kind::Jpeg, Kind::Png, Kind::Gif].into_iter().find(|kind| {
        name.strip_suffix(kind.extension())
            .is_some_and(|stem| stem.ends_with('.'))
    });
    let bytes = match kind {
        Some(_) => ctx.pictures.read(&name).await,
        None => Ok(None),
    };
    match (kind, bytes) {
        (Some(kind), Ok(Some(bytes))) => {
            let headers = [
                ("content-type", kind.content_type()),
                ("x-content-type-options", "nosniff"),
                ("connection", "close"),
            ];
            (headers, bytes).into_response()
        }
        (_, Err(cause)) => {
            tracing::error!("{cause}");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }
        _ => refusal(StatusCode::NOT_FOUND, "Not Found"),
    }
}

async fn serve(
    State(ctx): State<Ctx>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let line = head
        .uri
        .path_and_query()
        .map_or(0, |line| line.as_str().len());
    let headers: usize = head
        .headers
        .iter()
        .map(|(n, v)| n.as_str().len() + v.len() + 4)
        .sum();
    if line + headers > MAX_HEAD {
        return refusal(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "Request Header Fields Too Large",
        );
    }
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let arrival = Arrival {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: flatten(&head.headers, peer),
        body: body.to_vec(),
        source_ip: peer.ip().to_string(),
        request_id: ctx.new_id().to_string(),
    };
    let function = front::route(&arrival.path);
    let answer = runtime::serve(function, &ctx, Event::new(arrival, ctx.now())).await;
    respond(answer).unwrap_or_else(|cause| {
        tracing::error!("{cause}");
        refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    })
}

/// Header values by lower-case name, repeated ones joined; what only a gateway may say is its own.
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

fn respond(answer: shared::event::Response) -> Result<Response, String> {
    let body = if answer.is_base64_encoded {
        BASE64_STANDARD
            .decode(answer.body)
            .map_err(|e| e.to_string())?
    } else {
        answer.body.into_bytes()
    };
    let mut response = Response::builder()
        .status(answer.status_code)
        .header("connection", "close");
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    for cookie in answer.cookies {
        response = response.header("set-cookie", cookie);
    }
    response.body(Body::from(body)).map_err(|e| e.to_string())
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    (status, headers, format!(r#"{{"message":"{message}"}}"#)).into_response()
}

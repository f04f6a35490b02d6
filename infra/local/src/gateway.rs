//! HTTP as API Gateway speaks it: every request becomes a payload 2.0 event.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use shared::event::{Arrival, Event};
use shared::{Ctx, runtime};

/// What Lambda takes: a larger event is refused before it reaches a function.
const MAX_BODY: usize = 6 << 20;
/// What API Gateway takes of request line and headers.
const MAX_HEAD: usize = 10_240;

/// Serves every path by the function that the routes choose.
pub fn router(ctx: Ctx) -> Router {
    Router::new().fallback(serve).with_state(ctx)
}

async fn serve(
    State(ctx): State<Ctx>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
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
                all.push(',');
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
    let mut response = Response::builder().status(answer.status_code);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).map_err(|e| e.to_string())
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let headers = [("content-type", "application/json")];
    (status, headers, format!(r#"{{"message":"{message}"}}"#)).into_response()
}

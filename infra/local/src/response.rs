//! The gateway's answers over HTTP: those of functions, and those of API Gateway itself.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use weiquan_store::causes::causes;

/// A function's answer.
pub fn respond(answer: weiquan::event::Response) -> Response {
    let response = || {
        let body = if answer.is_base64_encoded {
            BASE64_STANDARD.decode(answer.body)?
        } else {
            answer.body.into_bytes()
        };
        let mut response = Response::builder().status(answer.status_code);
        for (name, value) in answer.headers {
            response = response.header(name, value);
        }
        for cookie in answer.cookies {
            response = response.header("set-cookie", cookie);
        }
        anyhow::Ok(response.body(Body::from(body))?)
    };
    response().unwrap_or_else(|cause| {
        tracing::error!("{}", causes(&*cause));
        internal()
    })
}

/// The answer if this program fails.
pub fn internal() -> Response {
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// An answer of API Gateway itself. The connection is closed, because more of the request may still arrive.
pub fn refusal(status: StatusCode, message: &str) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("x-content-type-options", "nosniff"),
        ("connection", "close"),
    ];
    (status, headers, json!({ "message": message }).to_string()).into_response()
}

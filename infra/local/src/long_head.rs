//! What is answered if request line and headers are longer than API Gateway accepts: the family's own answer, if it has
//! one.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use hyper::ext::ReasonPhrase;
use weiquan::event::{Arrival, Event};
use weiquan::http::Request;
use weiquan::{Ctx, qzone, xweibo};

use crate::response::{refusal, respond};

/// The words of the web server in front of OkayAPI: if an address is too long, a form is to be sent instead.
const NGINX: &str = "414 Request-URI Too Large";

/// The answer to `arrival`, whose body is not read.
pub fn answer(ctx: &Ctx, arrival: Arrival) -> Response {
    let headers: usize = arrival.headers.iter().map(|(n, v)| n.len() + v.len()).sum();
    let is_query = arrival.query.len() > headers;
    let request = Request::from(Event::new(arrival, ctx.now()));
    if xweibo::is_addressed(&request) {
        return closing(respond(xweibo::too_long(ctx).into()));
    }
    if !is_query {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return refusal(status, "Request Header Fields Too Large");
    }
    // QZone's documents do not have such an error.
    if qzone::is_addressed(&request.path) || request.path.starts_with("/qzone/") {
        return refusal(StatusCode::URI_TOO_LONG, "Request-URI Too Large");
    }
    let page = format!(
        "<html>\r\n<head><title>{NGINX}</title></head>\r\n<body>\r\n<center><h1>{NGINX}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = StatusCode::URI_TOO_LONG;
    let reason = ReasonPhrase::from_static(b"Request-URI Too Large");
    response.extensions_mut().insert(reason);
    let html = axum::http::HeaderValue::from_static("text/html");
    response.headers_mut().insert("content-type", html);
    let all = axum::http::HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert("access-control-allow-origin", all);
    closing(response)
}

fn closing(mut response: Response) -> Response {
    let close = axum::http::HeaderValue::from_static("close");
    response.headers_mut().insert("connection", close);
    response
}

//! The shape of an answer (okayapi sections 2 and 3).

use super::caller::Caller;
use super::data::{Data, to_json};
use super::error::Error;
use super::params::Params;
use super::sign::auth;
use crate::Ctx;
use crate::http::{self, Request};
use crate::script::is_function;

fn text(value: &str) -> String {
    // Text can always be serialised.
    to_json(&value).unwrap_or_default()
}

/// The form in which a call wants its answer. It is known before anything in the call is checked.
pub(super) struct Shape {
    data_only: bool,
    callback: Option<String>,
    bad_callback: bool,
    /// The caller asks that pages of other origins may read the answer.
    pub(super) asks_for_origins: bool,
    status_is_ret: bool,
}

/// What pages of other origins may send.
const METHODS: &str = "GET, POST, OPTIONS";
const HEADERS: &str = "Content-Type, APPKEY, X-Requested-With, Authorization";
/// The longest list of headers, in bytes, that a browser may ask for.
const MAX_ASKED: usize = 1_024;

impl Shape {
    pub(super) fn new(params: &Params) -> Self {
        let callback = params.filled("callback");
        Self {
            data_only: params.is_set("return_data"),
            bad_callback: callback.is_some_and(|name| !is_function(name)),
            callback: callback.filter(|name| is_function(name)).map(str::to_owned),
            asks_for_origins: params.is_set("yesapi_allow_origin"),
            status_is_ret: params.key_in_header,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if self.bad_callback {
            Err(Error::BadCallback)
        } else {
            Ok(())
        }
    }

    /// Wraps the outcome of the call to `service` by `caller`. `_auth` is in it only if the
    /// signature was correct: otherwise a caller without the secret could get data signed.
    pub(super) fn answer(
        &self,
        ctx: &Ctx,
        service: &str,
        caller: &Caller,
        outcome: Result<Data, Error>,
    ) -> http::Answer {
        let success = || format!("当前请求接口：{service}");
        let (ret, data, msg) = match outcome {
            Ok(Data(data)) => (200, data, success()),
            Err(Error::WithFields(_, Data(data))) => (200, data, success()),
            Err(Error::Business(failure)) => {
                let (code, words) = (failure.code, text(failure.text));
                let data = format!(r#"{{"err_code":{code},"err_msg":{words}}}"#);
                (200, data, success())
            }
            Err(error) => {
                if let Error::Internal(cause) = &error {
                    crate::runtime::report(ctx, cause);
                }
                let (ret, msg) = (error.ret(), error.msg());
                let data = if self.data_only {
                    format!(r#"{{"err_code":{ret},"err_msg":{}}}"#, text(&msg))
                } else {
                    "{}".to_owned()
                };
                (ret, data, msg)
            }
        };
        let body = if self.data_only {
            data
        } else {
            let time = ctx.now().as_second();
            let auth = caller
                .app
                .as_deref()
                .filter(|_| caller.is_trusted)
                .map(|app| format!(r#","_auth":"{}""#, auth(&data, time, &app.secret)))
                .unwrap_or_default();
            format!(
                r#"{{"ret":{ret},"data":{data},"msg":{},"_t":{time}{auth}}}"#,
                text(&msg)
            )
        };
        let status = if self.status_is_ret { ret } else { 200 };
        let answer = match &self.callback {
            Some(callback) => http::Answer::new(
                status,
                "text/javascript; charset=utf-8",
                format!("{callback}({body})"),
                i64::from(ret),
            ),
            None => http::Answer::new(
                status,
                "application/json;charset=utf-8",
                body,
                i64::from(ret),
            ),
        };
        if self.asks_for_origins || !caller.is_careful {
            open(answer, HEADERS)
        } else {
            answer
        }
    }
}

/// The answer to a browser that asks what it may send (section 3.4). It is the same for every app.
pub(super) fn preflight(request: &Request) -> http::Answer {
    let is_list = |names: &&str| {
        let is_part = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~, ".contains(&b);
        (1..=MAX_ASKED).contains(&names.len()) && names.bytes().all(is_part)
    };
    let asked = request.header("access-control-request-headers");
    open(
        http::Answer::new(204, "text/plain", String::new(), 200),
        asked.filter(is_list).unwrap_or(HEADERS),
    )
}

/// Lets pages of every origin read an answer. This is safe because no cookies are used.
fn open(answer: http::Answer, headers: &str) -> http::Answer {
    answer
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-methods", METHODS)
        .header("access-control-allow-headers", headers)
}

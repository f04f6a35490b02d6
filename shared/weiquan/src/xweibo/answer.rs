//! What is returned: the envelope (xweibo section 1.5).

use futures_util::future::{BoxFuture, Future, FutureExt};
use serde::Serialize;
use serde_json::value::RawValue;

use super::error::Error;
use crate::Ctx;
use crate::fault::Fault;
use crate::http::Answer;

/// The result of an operation, or its error.
pub type Rst = Result<Box<RawValue>, Error>;

/// Makes an operation's `handle` from a function that returns `rst`.
pub fn answer<'a, T: Serialize>(
    outcome: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> BoxFuture<'a, Rst> {
    async { raw(&outcome.await?) }.boxed()
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>, Error> {
    serde_json::value::to_raw_value(value)
        .map_err(|error| Error::Internal(Fault::new("JSON", error)))
}

/// The answer. A success is `bare` if the operation has no envelope.
pub(super) fn envelope(ctx: &Ctx, outcome: Rst, bare: bool) -> Answer {
    let (body, errno) = match &outcome {
        Ok(answer) if bare => (answer.to_string(), 0),
        Ok(rst) => (format!(r#"{{"rst":{rst},"errno":0,"err":""}}"#), 0),
        Err(error) => {
            if let Error::Internal(cause) = error {
                crate::runtime::report(ctx, cause);
            }
            let (errno, err) = error.wire();
            let body = format!(r#"{{"rst":false,"errno":{errno},"err":"{err}"}}"#);
            (body, errno)
        }
    };
    Answer::new(200, "application/json", body, errno)
}

/// `answer` as a page that passes it to a function, mostly `parent.…` of the page around its frame.
/// A form that sends a file gets its answer this way (section 5.1.1).
pub(super) fn framed(answer: Answer, callback: &str) -> Answer {
    let body = answer.body.replace('<', "\\u003c");
    let page = format!("<script>{callback}({body});</script>");
    // Only the page around the frame may be called, not a page that opened it as a window.
    let framed = Answer::new(200, "text/html; charset=utf-8", page, answer.code)
        .header("cross-origin-opener-policy", "same-origin");
    Answer {
        operation: answer.operation,
        ..framed
    }
}

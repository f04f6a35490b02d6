//! Takes a request from an event to an operation, and the answer back. Knows nothing about any family.

use std::process::ExitCode;
use std::time::Instant;

use futures_util::future::BoxFuture;
use lambda_http::lambda_runtime::{self, LambdaEvent, service_fn};
use lambda_http::tracing;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Ctx;
use crate::ctx::Process;
use crate::event::{Event, Response};
use crate::http::{Answer, Function, Request};
use crate::pictures::Pictures;
use weiquan_store::aws;
use weiquan_store::causes::causes;
use weiquan_store::stream::{self, Batch};
use weiquan_store::table;

/// What the `main` of a function returns. The log says why the process ended.
pub type Outcome = ExitCode;

/// Runs `function` on the Lambda Runtime API until the process ends.
///
/// Reads `TABLE_NAME`, `QZONE_DOMAIN`, `DOCS`, and what [`aws::client_from_env`] and [`Pictures::from_env`] read. Opens the
/// connection to the table before the first request, while Lambda gives the process a full core.
pub fn run(function: &'static dyn Function) -> Outcome {
    work(async move |ctx: &Ctx, event: Event| serve(function, ctx, event).await)
}

/// Runs a function that needs neither the table nor a setting: it answers from the request alone.
pub fn run_alone(answer: fn(&Request) -> Answer) -> Outcome {
    tracing::init_default_subscriber();
    outcome(alone(answer))
}

fn alone(answer: fn(&Request) -> Answer) -> Result<(), lambda_runtime::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(lambda_runtime::run(service_fn(
        |event: LambdaEvent<Event>| async move {
            let start = Instant::now();
            let request = Request::from(event.payload);
            let answer = answer(&request);
            tracing::info!(
                request_id = request.id,
                method = request.method,
                path = plain_path(&request.path),
                status = answer.status,
                micros = micros(start),
            );
            let answer = answer.header("x-request-id", request.id);
            Ok::<Response, lambda_runtime::Error>(answer.into())
        },
    )))
}

/// Runs a reader of the table's stream in the same way as [`run`].
pub fn run_stream(handle: StreamHandler) -> Outcome {
    work(async move |ctx: &Ctx, batch: Batch| {
        let ctx = ctx.for_request(&ctx.store.new_id().to_string());
        stream(handle, &ctx, batch).await
    })
}

/// Processes a batch of the stream.
pub type StreamHandler = for<'a> fn(&'a Ctx, Batch) -> BoxFuture<'a, stream::Outcome>;

/// Processes one batch. Writes one line to the log if anything was done.
pub async fn stream(handle: StreamHandler, ctx: &Ctx, batch: Batch) -> stream::Outcome {
    let start = Instant::now();
    let records = batch.records.len();
    let outcome = handle(ctx, batch).await;
    let cost = ctx.store.meter.cost();
    if cost.round_trips == 0 {
        // Most records need no work.
        return outcome;
    }
    tracing::info!(
        function = "fanout",
        request_id = &*ctx.request_id,
        records,
        failed = outcome.failures.len(),
        micros = micros(start),
        round_trips = cost.round_trips,
        read_units = cost.read_units,
        write_units = cost.write_units,
    );
    outcome
}

fn micros(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn work<E: DeserializeOwned, R: Serialize>(handle: impl AsyncFn(&Ctx, E) -> R) -> Outcome {
    tracing::init_default_subscriber();
    outcome(work_on(handle))
}

/// Logs why the process ended, if it failed.
fn outcome(end: Result<(), lambda_runtime::Error>) -> Outcome {
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            tracing::error!("{}", causes(&*cause));
            ExitCode::FAILURE
        }
    }
}

fn work_on<E: DeserializeOwned, R: Serialize>(
    handle: impl AsyncFn(&Ctx, E) -> R,
) -> Result<(), lambda_runtime::Error> {
    let ctx = from_env()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        table::warm_up(&ctx.store).await;
        lambda_runtime::run(service_fn(|event: LambdaEvent<E>| {
            let (ctx, handle) = (&ctx, &handle);
            async move { Ok::<R, lambda_runtime::Error>(handle(ctx, event.payload).await) }
        }))
        .await
    })
}

/// Makes the process from the environment. An error is one line of text that says what is wrong.
pub fn from_env() -> Result<Ctx, String> {
    let table =
        aws::environment("TABLE_NAME").ok_or("TABLE_NAME is not set: it names the table")?;
    let mut process = Process::new(aws::client_from_env()?, table);
    process.pictures = Pictures::from_env()?;
    // An empty domain leaves the line out of the page.
    if let Ok(domain) = std::env::var("QZONE_DOMAIN") {
        process.settings.qzone_domain = domain;
    }
    process.settings.docs = std::env::var("DOCS").is_ok_and(|docs| docs == "true");
    Ok(Ctx::new(process))
}

/// Answers one event, whatever is in it, and writes one line to the log.
pub async fn serve(function: &dyn Function, ctx: &Ctx, event: Event) -> Response {
    let request = Request::from(event);
    answer(function, &ctx.for_request(&request.id), &request).await
}

/// Answers one request in its own context. The context's meter then has the cost of the request.
pub async fn answer(function: &dyn Function, ctx: &Ctx, request: &Request) -> Response {
    let start = Instant::now();
    let answer = function.serve(ctx, request).await;
    log(function, ctx, request, &answer, start);
    let id = ctx.request_id.to_string();
    answer.header("x-request-id", id).into()
}

fn log(function: &dyn Function, ctx: &Ctx, request: &Request, answer: &Answer, start: Instant) {
    let cost = ctx.store.meter.cost();
    // The query may hold credentials, and the path of a page may name a member. If an operation
    // answered, its name is enough.
    let path = match answer.operation {
        Some(_) => None,
        None => Some(plain_path(&request.path)),
    };
    tracing::info!(
        function = function.package(),
        operation = answer.operation,
        client = answer.client,
        request_id = &*ctx.request_id,
        method = request.method,
        path,
        status = answer.status,
        code = answer.code,
        micros = micros(start),
        round_trips = cost.round_trips,
        read_units = cost.read_units,
        write_units = cost.write_units,
    );
}

/// The beginning of a path, up to the first part that may be something other than a name. Xweibo's
/// old addresses have parameters in the path.
fn plain_path(path: &str) -> String {
    let is_name = |part: &&str| {
        part.len() < 32
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    };
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let names = parts.by_ref().take(8).take_while(is_name);
    let shown = names.fold(String::new(), |shown, part| shown + "/" + part);
    let is_whole =
        shown.split('/').count() == path.split('/').filter(|part| !part.is_empty()).count() + 1;
    match (shown.as_str(), is_whole) {
        ("", true) => "/".to_owned(),
        (_, true) => shown,
        (_, false) => shown + "/…",
    }
}

/// Logs, once, an error that a caller must not see, with all its causes.
pub fn report(ctx: &Ctx, cause: &dyn std::error::Error) {
    tracing::error!(request_id = &*ctx.request_id, "{}", causes(cause));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_up_to_their_parameters() {
        let secret = "0123456789ABCDEF0123456789ABCDEF";
        for (path, shown) in [
            ("/", "/"),
            ("", "/"),
            ("//index.php", "/index.php"),
            ("/api/weibo/action.nosuch", "/api/weibo/action.nosuch"),
            (
                "/index.php/api/weibo/action.nosuch/api_sign-abc/id-1",
                "/index.php/api/weibo/action.nosuch/…",
            ),
            (&format!("/x/{secret}"), "/x/…"),
            ("/a=b", "/…"),
            ("/汉", "/…"),
            ("/%61", "/…"),
            ("/1/2/3/4/5/6/7/8/9", "/1/2/3/4/5/6/7/8/…"),
        ] {
            assert_eq!(plain_path(path), shown, "{path}");
        }
    }
}

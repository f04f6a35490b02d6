//! Keeps what operations were seen to answer, for `examples/failures.rs`: a file for each run of the suite, a line
//! for each operation and number.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex, OnceLock};

use futures_util::future::{BoxFuture, FutureExt};
use weiquan::ctx::Ctx;
use weiquan::http::{Answer, Function, Request};

/// What this run has seen.
static SEEN: LazyLock<Mutex<BTreeSet<(&str, i64)>>> = LazyLock::new(Mutex::default);

/// A function whose answers are kept, and the operation that answered.
pub struct Watched(pub &'static dyn Function, pub OnceLock<&'static str>);

impl Function for Watched {
    fn package(&self) -> &'static str {
        self.0.package()
    }

    fn paths(&self) -> Vec<String> {
        self.0.paths()
    }

    fn serve<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> BoxFuture<'a, Answer> {
        async move {
            let answer = self.0.serve(ctx, request).await;
            if let Some(operation) = answer.operation {
                keep(operation, err_code(&answer.body).unwrap_or(answer.code));
                self.1.set(operation).unwrap();
            }
            answer
        }
        .boxed()
    }
}

/// OkayAPI's number of an operation's own failure, which comes first in `data`.
fn err_code(body: &str) -> Option<i64> {
    let (_, rest) = body.split_once(r#""err_code":"#)?;
    let end = rest.find(|c: char| c != '-' && !c.is_ascii_digit())?;
    rest[..end].parse().ok()
}

fn keep(operation: &'static str, code: i64) {
    let mut seen = SEEN.lock().unwrap();
    if seen.insert((operation, code)) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("failures");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(std::process::id().to_string());
        let mut options = std::fs::File::options();
        let mut file = options.create(true).append(true).open(file).unwrap();
        file.write_all(format!("{operation} {code}\n").as_bytes())
            .unwrap();
    }
}

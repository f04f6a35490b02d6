//! `App.Hello.World`: greets: a call to try the signature with (okayapi section 7.4).

use serde::{Deserialize, Serialize};
use shared::okay::{Call, Error, Login, Operation, Param, answer};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "App.Hello.World",
    words: "greets: a call to try the signature with",
    professional: false,
    login: Login::Ignored,
    params: &[Param::text("name", "who is greeted")
        .len(0, 65_536)
        .required()
        .example("dogstar")],
    results: &[("title", "the greeting")],
    failures: &[],
    handle: |_ctx, call| answer(std::future::ready(handle(&call))),
};

#[derive(Deserialize)]
struct Input {
    name: String,
}

#[derive(Serialize)]
struct Output {
    title: String,
}

fn handle(call: &Call) -> Result<Output, Error> {
    let Input { name } = call.input()?;
    Ok(Output {
        title: format!("Hi {name}，欢迎使用小白接口！"),
    })
}

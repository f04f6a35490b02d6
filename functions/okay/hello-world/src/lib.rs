//! `App.Hello.World` (okayapi section 7.4).

use std::future::{Ready, ready};

use serde::Serialize;
use weiquan::Ctx;
use weiquan::okay::{Call, Error, Input, Login, Operation, operation};
use weiquan::schema::Answer;

/// The operation.
pub static OPERATION: Operation = Operation {
    login: Login::Ignored,
    ..operation!("App.Hello.World", "greets: a call to try the signature with", Input => Output, handle)
};

#[derive(Input)]
struct Input {
    /// Whom to greet.
    #[param(len = ..=65_536, example = "dogstar")]
    name: String,
}

#[derive(Serialize, Answer)]
struct Output {
    /// The greeting.
    title: String,
}

fn handle(_ctx: &Ctx, _call: Call, input: Input) -> Ready<Result<Output, Error>> {
    ready(Ok(Output {
        title: format!("Hi {}，欢迎使用小白接口！", input.name),
    }))
}

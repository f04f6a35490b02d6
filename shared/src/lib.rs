//! The library under every Weiquan function: the runtime that carries a request, the three wire
//! families (`okay`, `xweibo`, `qzone`) and the `store` that keeps everything in one DynamoDB table.
//!
//! The way of a request: [`runtime`] turns an event into a [`http::Request`], a family collects and
//! checks its parameters, an operation works on the [`store`], and the family writes the
//! [`http::Answer`]. Nothing flows backwards.

#![warn(missing_docs)]

// The derives name this crate as the functions do.
extern crate self as shared;

pub mod aws;
pub mod causes;
pub mod clock;
pub mod ctx;
pub mod event;
pub mod example;
pub mod form;
pub mod html;
pub mod http;
pub mod ids;
pub mod login;
pub mod okay;
pub mod password;
pub mod pictures;
pub mod qzone;
pub mod runtime;
pub mod schema;
mod script;
pub mod secret;
pub mod store;
pub mod stream;
pub mod text;
pub mod xweibo;

pub use ctx::Ctx;

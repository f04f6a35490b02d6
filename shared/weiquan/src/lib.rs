//! The library that every Weiquan function uses. It has the runtime that handles a request, the three wire families
//! (`okay`, `xweibo`, `qzone`), and the `store` that keeps all data in one DynamoDB table.
//!
//! A request takes these steps: [`runtime`] turns an event into a [`http::Request`]; a family collects and checks
//! its parameters; an operation works on the [`store`]; the family writes the [`http::Answer`]. No step calls an
//! earlier one.

#![warn(missing_docs)]

// The derives name this crate by the name that the functions use.
extern crate self as weiquan;

pub mod ctx;
pub mod event;
pub mod example;
pub mod fault;
pub mod form_data;
pub mod html;
pub mod http;
pub mod login;
pub mod okay;
pub mod password;
pub mod pictures;
pub mod qzone;
pub mod runtime;
pub mod schema;
mod script;
pub mod xweibo;

pub use ctx::Ctx;
pub use fault::Fault;

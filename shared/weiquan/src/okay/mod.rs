//! OkayAPI (小白接口): how calls are addressed, checked in the documented order, and answered.
//!
//! | step | file |
//! |---|---|
//! | what an operation declares | `operation` |
//! | the parameters as they were sent, and as operations take them | `params`, `body`, `value`, `input` |
//! | the name in the request, the way to the operation and back | `dispatch` |
//! | who may call | `admission`, `sign` |
//! | what `handle` gets | `verified_call` |
//! | what operations share | `custom_fields`, `list`, `message`, `moment`, `user` |
//! | the answer | `data`, `error`, `envelope`, `caller` |

mod admission;
mod body;
mod caller;
pub mod custom_fields;
mod data;
mod dispatch;
mod envelope;
mod error;
mod input;
pub mod list;
pub mod message;
pub mod moment;
mod operation;
mod params;
mod sign;
pub mod user;
mod value;
mod verified_call;

pub use weiquan_macros::OkayInput as Input;

pub use crate::schema::{Failure, Nothing};
pub use data::{Created, Data, Done, to_json};
pub use dispatch::{dispatch, is_addressed};
pub use error::Error;
pub use input::{Filled, Object, UpperHex};
pub use operation::{Handle, Login, Operation, answer, operation};
pub use params::Params;
pub use sign::sign;
pub use value::Value;
pub use verified_call::Call;

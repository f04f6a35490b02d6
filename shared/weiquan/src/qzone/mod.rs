//! QZone (QQ登录): OAuth 1.0 calls, each answered in the form of its address, and the pages that members see.
//!
//! | step | file |
//! |---|---|
//! | what an operation or a page declares | `operation`, `page` |
//! | the path, the way to the operation and back | `dispatch` |
//! | who may call | `checks`, `signature` |
//! | the parameters as operations take them | `input`, `callback`, `feeds_data` |
//! | the answer | `answer`, `error`, `failure` |

mod answer;
pub mod callback;
mod checks;
mod dispatch;
mod error;
pub mod failure;
mod feeds_data;
mod input;
mod operation;
pub mod page;
pub mod signature;

pub use weiquan_macros::QzoneInput as Input;

pub use crate::schema::{Failure, Nothing};
pub use answer::{Done, Fields, Shape};
pub use checks::{Call, Params};
pub use dispatch::{is_addressed, unknown};
pub use error::{Error, Step};
pub use feeds_data::{COMMENT_WIDTH, FeedsData, SUMMARY_WIDTH, TITLE_WIDTH, link};
pub use input::Cut;
pub use operation::{Handle, Handler, Operation, answer, operation};
pub use page::Page;

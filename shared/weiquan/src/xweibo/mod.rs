//! Xweibo 2.1: how calls are addressed, signed, bound to a member, and answered.
//!
//! | step | file |
//! |---|---|
//! | what an operation declares | `operation` |
//! | the address, the way to the operation and back | `route`, `dispatch` |
//! | who may call, and for which member | `admission`, `binding` |
//! | what `handle` gets | `verified_call` |
//! | the parameters as they were sent, and as operations take them | `params`, `input`, `text` |
//! | a text on its way into the store | `markup`, `stored_text`, `draft`, `remark` |
//! | pictures | `picture`, `avatar` |
//! | the answer | `answer`, `shape`, `weibo_list`, `user_list`, `error`, `failure` |
//! | settings, which three operations share | `member_settings` |
//! | short links, which are no operation | `short_links` |

mod admission;
mod answer;
pub mod avatar;
mod binding;
mod dispatch;
mod draft;
mod error;
pub mod failure;
mod input;
mod markup;
mod member_settings;
mod operation;
mod params;
pub mod picture;
mod remark;
mod route;
mod shape;
mod short_links;
mod stored_text;
mod text;
mod user_list;
mod verified_call;
mod weibo_list;

pub use weiquan_macros::XweiboInput as Input;

pub use crate::schema::{Failure, Nothing};
pub use admission::sign;
pub use answer::{Rst, answer};
pub use dispatch::{dispatch, is_addressed, too_long};
pub use draft::Draft;
pub use error::Error;
pub use input::{
    AvatarSize, Count, File, Flag, Framed, Id, Ids, MemberOrCaller, Number, OfAnyCase, Pid, Who,
    Window,
};
pub use member_settings::store_settings;
pub use operation::{Operation, operation};
pub use params::Params;
pub use remark::{Remark, comment_on, post_remark};
pub use shape::{AuthorShape, Comment, CommentList, WeiboShape, repost};
pub use short_links::{names_operation, redirect_short_link, short_link_id};
pub use stored_text::StoredText;
pub use text::{id, trim};
pub use user_list::{UserList, UserListInput};
pub use verified_call::{Call, is_too_long};
pub use weibo_list::{WeiboList, shapes};

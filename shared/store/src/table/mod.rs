//! The calls to DynamoDB from which the entities are built.

mod backoff;
mod batch;
mod calls;
mod change;
mod error;
mod item;
mod lanes;
pub(crate) mod memory;
pub mod meter;
mod query;
mod settle;
pub mod slice;
mod transaction;
mod turns;

pub(crate) use backoff::Backoff;
pub(crate) use batch::{Write, batch_get, batch_get_even_new, batch_write};
pub use calls::{Consistency, Written, warm_up};
pub(crate) use calls::{PARALLEL, change, delete, get, get_even_new, in_time, put};
pub(crate) use change::Change;
pub use error::{Error, Kind};
pub use item::{Item, MAX_ITEM, Values};
pub(crate) use item::{
    from_item, key_item, key_of, number, number_of, size, stored_size, text, to_item, with_index,
};
pub use memory::Memory;
pub use query::INDEX_QUERY;
pub(crate) use query::{Found, Range, query, query_as, query_index};
pub(crate) use settle::{settled, until_settled, until_settled_in_turn};
pub(crate) use transaction::{Condition, Transaction, absent, at, at_or_absent, when};
pub(crate) use turns::Turns;

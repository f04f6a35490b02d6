//! Reads ranges of the table and of its index.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::{Item, in_time, text};
use crate::Store;
pub(crate) use crate::keys::Range;
use crate::table::{Consistency, Error};

/// The index.
const INDEX: &str = "GSI1";
/// The meter's name for a query of the index: the action and the resource on which IAM must allow it.
pub const INDEX_QUERY: &str = "dynamodb:Query on index/GSI1";

/// The result of a query.
#[derive(Debug)]
pub(crate) struct Found<T = Item> {
    /// The items, in order.
    pub(crate) items: Vec<T>,
    /// Whether the range was read to its end.
    pub(crate) complete: bool,
}

/// Reads a range until its end, or until `stop` says that the items so far are enough.
pub(crate) async fn query(
    store: &Store,
    range: &Range,
    consistency: Consistency,
    limit: Option<i32>,
    stop: impl FnMut(&[Item]) -> bool,
) -> Result<Found, Error> {
    query_as(store, range, consistency, limit, Ok, stop).await
}

/// The same, but keeps of each item only what `read` returns.
pub(crate) async fn query_as<T>(
    store: &Store,
    range: &Range,
    consistency: Consistency,
    limit: Option<i32>,
    read: impl Fn(Item) -> Result<T, Error>,
    stop: impl FnMut(&[T]) -> bool,
) -> Result<Found<T>, Error> {
    run_query(store, Source::Table(consistency), range, limit, read, stop).await
}

/// Reads the keys of a range of the index until its end. They may miss the last second's writes,
/// and include items that have been removed since.
pub(crate) async fn query_index<T>(
    store: &Store,
    range: &Range,
    read: impl Fn(Item) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let found = run_query(store, Source::Index, range, None, read, |_| false).await?;
    Ok(found.items)
}

#[derive(Clone, Copy)]
enum Source {
    Table(Consistency),
    Index,
}

async fn run_query<T>(
    store: &Store,
    source: Source,
    range: &Range,
    limit: Option<i32>,
    read: impl Fn(Item) -> Result<T, Error>,
    mut stop: impl FnMut(&[T]) -> bool,
) -> Result<Found<T>, Error> {
    let (index, condition, consistent, action) = match source {
        Source::Table(consistency) => (
            None,
            "PK = :pk AND SK BETWEEN :from AND :to",
            consistency.flag(),
            "dynamodb:Query",
        ),
        Source::Index => (
            Some(INDEX.to_owned()),
            "GSI1PK = :pk AND GSI1SK BETWEEN :from AND :to",
            None,
            INDEX_QUERY,
        ),
    };
    let mut items = Vec::new();
    let mut start = None;
    loop {
        let call = store.meter.start(action);
        let request = store
            .client()
            .query()
            .table_name(store.table())
            .set_index_name(index.clone())
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", text(&range.pk))
            .expression_attribute_values(":from", text(&range.from))
            .expression_attribute_values(":to", text(&range.to))
            .scan_index_forward(!range.descending)
            .set_consistent_read(consistent)
            .set_limit(limit)
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = in_time(store, "Query", request.send())
            .await?
            .map_err(|e| Error::sdk("Query", &e))?;
        call.read(output.consumed_capacity());
        for item in output.items.unwrap_or_default() {
            items.push(read(item)?);
        }
        start = output.last_evaluated_key;
        let complete = start.is_none();
        if complete || stop(&items) {
            return Ok(Found { items, complete });
        }
    }
}

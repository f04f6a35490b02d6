//! The calls to DynamoDB that the entities are made of. Each is counted by the request's meter.

use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use futures_util::FutureExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use super::error::Error;
use super::keys::Key;
use crate::Ctx;

/// The longest partition and sort keys that DynamoDB takes, in bytes.
const MAX_PK: usize = 2048;
const MAX_SK: usize = 1024;

/// How many reads of one request run at the same time: each may need a connection of its own.
pub(super) const PARALLEL: usize = 4;

/// An item as DynamoDB has it.
pub type Item = HashMap<String, AttributeValue>;

/// Where an update's values stand.
pub type Values = HashMap<String, AttributeValue>;

/// How fresh a read must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// May miss the last second's writes; half the price.
    Eventual,
    /// Sees every write that was answered.
    Strong,
}

impl Consistency {
    pub(super) fn flag(self) -> Option<bool> {
        (self == Self::Strong).then_some(true)
    }
}

/// What a conditional write came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is stored.
    Yes,
    /// Its condition did not hold; nothing changed.
    Refused,
}

/// The key as DynamoDB takes it.
pub(super) fn key_item(key: &Key) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(key.pk.clone())),
        ("SK".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

/// The key of an item.
pub(super) fn key_of(item: &Item) -> Option<Key> {
    let part = |name| item.get(name)?.as_s().ok().cloned();
    Some(Key {
        pk: part("PK")?,
        sk: part("SK")?,
    })
}

/// `entity` under `key`.
pub(super) fn to_item(key: &Key, entity: &impl Serialize) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(entity)
        .map_err(|e| Error::new(format!("an item does not write: {e}")))?;
    item.extend(key_item(key));
    Ok(item)
}

/// Puts `item` into the index under `key`.
pub(super) fn with_index(mut item: Item, key: Key) -> Item {
    item.insert("GSI1PK".to_owned(), text(key.pk));
    item.insert("GSI1SK".to_owned(), text(key.sk));
    item
}

/// The entity in `item`.
pub(super) fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    // The cause would quote what is stored.
    let unread = |_quoting| format!("an item does not read as {}", std::any::type_name::<T>());
    serde_dynamo::from_item(item).map_err(|cause| Error::new(unread(cause)))
}

/// A number as DynamoDB takes it.
pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A text as DynamoDB takes it.
pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Reads one item. Callers send names of any length; what cannot be a key is not found.
pub(super) async fn get<T: DeserializeOwned>(
    ctx: &Ctx,
    key: &Key,
    consistency: Consistency,
) -> Result<Option<T>, Error> {
    if key.pk.len() > MAX_PK || key.sk.len() > MAX_SK {
        return Ok(None);
    }
    let call = ctx.meter.start("dynamodb:GetItem");
    let request = ctx
        .dynamodb
        .get_item()
        .table_name(&ctx.table)
        .set_key(Some(key_item(key)))
        .set_consistent_read(consistency.flag())
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let output = in_time(ctx, "GetItem", request.send())
        .await?
        .map_err(|e| Error::sdk("GetItem", &e))?;
    call.read(output.consumed_capacity());
    output.item.map(from_item).transpose()
}

/// Reads one item that may have been written a moment ago: where a replica lacks it, once more,
/// strongly consistent.
pub(super) async fn get_even_new<T: DeserializeOwned>(
    ctx: &Ctx,
    key: &Key,
) -> Result<Option<T>, Error> {
    match get(ctx, key, Consistency::Eventual).await? {
        None => get(ctx, key, Consistency::Strong).await,
        found => Ok(found),
    }
}

/// Waits for a call, but not beyond the request's deadline.
pub(super) fn in_time<T>(
    ctx: &Ctx,
    action: &str,
    call: impl Future<Output = T>,
) -> impl Future<Output = Result<T, Error>> {
    ctx.in_time(call).map(move |outcome| {
        outcome.map_err(|_elapsed| Error::new(format!("{action}: gave up at the deadline")))
    })
}

/// Whether a write's condition did not hold.
fn is_refusal<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}

/// Writes one item; with a `condition` only where it holds.
pub(super) async fn put(ctx: &Ctx, item: Item, condition: Option<&str>) -> Result<Written, Error> {
    let call = ctx.meter.start("dynamodb:PutItem");
    let request = ctx
        .dynamodb
        .put_item()
        .table_name(&ctx.table)
        .set_item(Some(item))
        .set_condition_expression(condition.map(str::to_owned))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    match in_time(ctx, "PutItem", request.send()).await? {
        Ok(output) => {
            call.wrote(output.consumed_capacity());
            Ok(Written::Yes)
        }
        Err(e) if is_refusal(&e) => {
            call.refused(1.0);
            Ok(Written::Refused)
        }
        Err(e) => Err(Error::sdk("PutItem", &e)),
    }
}

/// Changes one item and gives its attributes afterwards; `None` where `condition` did not hold.
pub(super) async fn update(
    ctx: &Ctx,
    key: &Key,
    expression: &str,
    condition: Option<&str>,
    values: Values,
) -> Result<Option<Item>, Error> {
    let call = ctx.meter.start("dynamodb:UpdateItem");
    let request = ctx
        .dynamodb
        .update_item()
        .table_name(&ctx.table)
        .set_key(Some(key_item(key)))
        .update_expression(expression)
        .set_condition_expression(condition.map(str::to_owned))
        .set_expression_attribute_values(Some(values))
        .return_values(ReturnValue::AllNew)
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    match in_time(ctx, "UpdateItem", request.send()).await? {
        Ok(output) => {
            call.wrote(output.consumed_capacity());
            Ok(Some(output.attributes.unwrap_or_default()))
        }
        Err(e) if is_refusal(&e) => {
            call.refused(1.0);
            Ok(None)
        }
        Err(e) => Err(Error::sdk("UpdateItem", &e)),
    }
}

/// Removes one item; `condition` as in [`put`].
pub(super) async fn delete(
    ctx: &Ctx,
    key: &Key,
    condition: Option<&str>,
) -> Result<Written, Error> {
    let call = ctx.meter.start("dynamodb:DeleteItem");
    let request = ctx
        .dynamodb
        .delete_item()
        .table_name(&ctx.table)
        .set_key(Some(key_item(key)))
        .set_condition_expression(condition.map(str::to_owned))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    match in_time(ctx, "DeleteItem", request.send()).await? {
        Ok(output) => {
            call.wrote(output.consumed_capacity());
            Ok(Written::Yes)
        }
        Err(e) if is_refusal(&e) => {
            call.refused(1.0);
            Ok(Written::Refused)
        }
        Err(e) => Err(Error::sdk("DeleteItem", &e)),
    }
}

/// Opens the connection, so that the first request does not wait for it. A failure is left to that
/// request.
pub async fn warm_up(ctx: &Ctx) {
    let nothing = super::keys::nothing();
    let read = get::<serde::de::IgnoredAny>(ctx, &nothing, Consistency::Eventual);
    // Whether it worked will show at the first request.
    let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
}

/// Waits between tries with full jitter, at first up to 10 ms and, as conflicts go on, up to a second:
/// the more callers meet, the rarer each tries. Until the request's deadline.
pub(super) struct Backoff<'a> {
    ctx: &'a Ctx,
    ceiling_ms: u64,
}

impl<'a> Backoff<'a> {
    pub(super) fn new(ctx: &'a Ctx) -> Self {
        Self {
            ctx,
            ceiling_ms: 10,
        }
    }

    /// Waits for the next try; once the deadline has come, fails with `cause` ([`Error::is_busy`]).
    pub(super) async fn wait(&mut self, cause: &str) -> Result<(), Error> {
        let random = u64::from(u16::from_le_bytes(self.ctx.ids.bytes()));
        let pause = Duration::from_millis(random * self.ceiling_ms / u64::from(u16::MAX));
        if Instant::now() + pause >= self.ctx.deadline {
            return Err(Error::busy(cause));
        }
        self.ceiling_ms = (self.ceiling_ms * 2).min(1_000);
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

//! The calls to DynamoDB from which the entities are built. The request's meter counts each call.

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

/// How many reads of one request run in parallel. Each may need its own connection.
pub(super) const PARALLEL: usize = 4;

/// An item in DynamoDB's form.
pub type Item = HashMap<String, AttributeValue>;

/// The values of an update, by placeholder.
pub type Values = HashMap<String, AttributeValue>;

/// How fresh a read must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// May miss the last second's writes. Costs half as much.
    Eventual,
    /// Sees every write that has returned.
    Strong,
}

impl Consistency {
    pub(super) fn flag(self) -> Option<bool> {
        (self == Self::Strong).then_some(true)
    }
}

/// The result of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is stored.
    Yes,
    /// Its condition was not met; nothing changed.
    Refused,
}

/// The key in DynamoDB's form.
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

/// The item for `entity` under `key`.
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
    // The cause is dropped because it would quote stored data.
    let unread = |_quoting| format!("an item does not read as {}", std::any::type_name::<T>());
    serde_dynamo::from_item(item).map_err(|cause| Error::new(unread(cause)))
}

/// A number in DynamoDB's form.
pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A text in DynamoDB's form.
pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Reads one item. Callers send names of any length, so a key that is too long is simply not found.
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

/// Reads one item that may have just been written. If a replica does not have it, reads it again
/// with strong consistency.
pub(super) async fn get_even_new<T: DeserializeOwned>(
    ctx: &Ctx,
    key: &Key,
) -> Result<Option<T>, Error> {
    match get(ctx, key, Consistency::Eventual).await? {
        None => get(ctx, key, Consistency::Strong).await,
        found => Ok(found),
    }
}

/// Waits for a call, but not longer than the request's deadline.
pub(super) fn in_time<T>(
    ctx: &Ctx,
    action: &str,
    call: impl Future<Output = T>,
) -> impl Future<Output = Result<T, Error>> {
    ctx.in_time(call).map(move |outcome| {
        outcome.map_err(|_elapsed| Error::new(format!("{action}: gave up at the deadline")))
    })
}

/// Whether a write failed because its condition was not met.
fn is_refusal<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}

/// Writes one item. With a `condition`, only if that is met.
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

/// Changes one item and returns its attributes after the change; `None` if `condition` was not met.
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

/// Opens the connection, so that the first request does not wait for it. A failure is ignored here
/// and shows at that request.
pub async fn warm_up(ctx: &Ctx) {
    let nothing = super::keys::nothing();
    let read = get::<serde::de::IgnoredAny>(ctx, &nothing, Consistency::Eventual);
    // If it failed, the first request shows it.
    let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
}

/// Waits between tries with full jitter: at first up to 10 ms, and up to a second as conflicts go
/// on. The more callers compete, the less often each tries. Ends at the request's deadline.
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

    /// Waits for the next try. After the deadline, fails with `cause` ([`Error::is_busy`]).
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

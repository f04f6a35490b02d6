//! Single reads and writes. The request's meter counts each call.

use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use futures_util::FutureExt as _;
use serde::de::DeserializeOwned;

use super::meter::Call;
use super::{Change, Condition, Item, from_item, key_item};
use crate::Store;
use crate::keys::{self, Key};
use crate::table::Error;

/// The longest partition and sort keys that DynamoDB takes, in bytes.
const MAX_PK: usize = 2048;
const MAX_SK: usize = 1024;

/// How many reads of one request run in parallel. Each may need its own connection.
pub(crate) const PARALLEL: usize = 4;
/// How fresh a read must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// May miss the last second's writes. Costs half as much.
    Eventual,
    /// Sees every write that has returned.
    Strong,
}

impl Consistency {
    pub(crate) fn flag(self) -> Option<bool> {
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

/// Reads one item. Callers send names of any length, so a key that is too long is simply not found.
pub(crate) async fn get<T: DeserializeOwned>(
    store: &Store,
    key: &Key,
    consistency: Consistency,
) -> Result<Option<T>, Error> {
    if key.pk.len() > MAX_PK || key.sk.len() > MAX_SK {
        return Ok(None);
    }
    let call = store.meter.start("dynamodb:GetItem");
    let request = store
        .client()
        .get_item()
        .table_name(store.table())
        .set_key(Some(key_item(key)))
        .set_consistent_read(consistency.flag())
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let output = in_time(store, "GetItem", request.send())
        .await?
        .map_err(|e| Error::sdk("GetItem", &e))?;
    call.read(output.consumed_capacity());
    output.item.map(from_item).transpose()
}

/// Reads one item that may have just been written. If a replica does not have it, reads it again
/// with strong consistency.
pub(crate) async fn get_even_new<T: DeserializeOwned>(
    store: &Store,
    key: &Key,
) -> Result<Option<T>, Error> {
    match get(store, key, Consistency::Eventual).await? {
        None => get(store, key, Consistency::Strong).await,
        found => Ok(found),
    }
}

/// Waits for a call, but not longer than the request's deadline.
pub(crate) fn in_time<T>(
    store: &Store,
    action: &str,
    call: impl Future<Output = T>,
) -> impl Future<Output = Result<T, Error>> {
    store.in_time(call).map(move |outcome| {
        outcome.map_err(|_elapsed| Error::new(format!("{action}: gave up at the deadline")))
    })
}

/// The answer to a write; `None` if its condition was not met, which costs a unit.
fn unless_refused<T, E>(
    call: &Call<'_>,
    action: &str,
    sent: Result<T, SdkError<E, HttpResponse>>,
) -> Result<Option<T>, Error>
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    match sent {
        Ok(output) => Ok(Some(output)),
        Err(e) if e.code() == Some("ConditionalCheckFailedException") => {
            call.refused(1.0);
            Ok(None)
        }
        Err(e) => Err(Error::sdk(action, &e)),
    }
}

/// Writes one item. With a `condition`, only if that is met.
pub(crate) async fn put(
    store: &Store,
    item: Item,
    condition: Option<&str>,
) -> Result<Written, Error> {
    let call = store.meter.start("dynamodb:PutItem");
    let request = store
        .client()
        .put_item()
        .table_name(store.table())
        .set_item(Some(item))
        .set_condition_expression(condition.map(str::to_owned))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let sent = in_time(store, "PutItem", request.send()).await?;
    let Some(output) = unless_refused(&call, "PutItem", sent)? else {
        return Ok(Written::Refused);
    };
    call.wrote(output.consumed_capacity());
    Ok(Written::Yes)
}

/// Changes one item, if it meets the condition, and returns its attributes after the change; `None` if it does not.
pub(crate) async fn change(
    store: &Store,
    key: &Key,
    change: Change,
    condition: Option<Condition<()>>,
) -> Result<Option<Item>, Error> {
    let (expression, mut values) = change.expression();
    let condition = condition.map(|condition| condition.into_parts(&mut values));
    let call = store.meter.start("dynamodb:UpdateItem");
    let request = store
        .client()
        .update_item()
        .table_name(store.table())
        .set_key(Some(key_item(key)))
        .update_expression(expression)
        .set_condition_expression(condition)
        .set_expression_attribute_values((!values.is_empty()).then_some(values))
        .return_values(ReturnValue::AllNew)
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let sent = in_time(store, "UpdateItem", request.send()).await?;
    let Some(output) = unless_refused(&call, "UpdateItem", sent)? else {
        return Ok(None);
    };
    call.wrote(output.consumed_capacity());
    Ok(Some(output.attributes.unwrap_or_default()))
}

/// Removes one item; `condition` as in [`put`].
pub(crate) async fn delete(
    store: &Store,
    key: &Key,
    condition: Option<&str>,
) -> Result<Written, Error> {
    let call = store.meter.start("dynamodb:DeleteItem");
    let request = store
        .client()
        .delete_item()
        .table_name(store.table())
        .set_key(Some(key_item(key)))
        .set_condition_expression(condition.map(str::to_owned))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let sent = in_time(store, "DeleteItem", request.send()).await?;
    let Some(output) = unless_refused(&call, "DeleteItem", sent)? else {
        return Ok(Written::Refused);
    };
    call.wrote(output.consumed_capacity());
    Ok(Written::Yes)
}

/// Opens the connection, so that the first request does not wait for it. A failure is ignored here
/// and shows at that request.
pub async fn warm_up(store: &Store) {
    let nothing = keys::nothing();
    let read = get::<serde::de::IgnoredAny>(store, &nothing, Consistency::Eventual);
    // If it failed, the first request shows it.
    let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
}

//! Reads and writes many items at once, in no order.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    DeleteRequest, KeysAndAttributes, PutRequest, ReturnConsumedCapacity, WriteRequest,
};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{Backoff, Item, PARALLEL, in_time, key_item, key_of};
use crate::Store;
use crate::keys::Key;
use crate::table::{Consistency, Error};

/// How many items DynamoDB reads in one call.
const MAX_READS: usize = 100;

/// Reads any number of items, in any order, with one call for each 100. Asks again for items that
/// DynamoDB left unread.
pub(crate) async fn batch_get(
    store: &Store,
    keys: &[Key],
    consistency: Consistency,
) -> Result<Vec<Item>, Error> {
    let mut found = Vec::with_capacity(keys.len());
    for keys in keys.chunks(MAX_READS) {
        let wanted = keys.iter().map(key_item).collect();
        found.extend(read(store, wanted, consistency).await?);
    }
    Ok(found)
}

/// Reads items, by their keys, that may have just been written. Asks once more for those that a
/// replica does not have.
pub(crate) async fn batch_get_even_new(
    store: &Store,
    wanted: &[Key],
) -> Result<HashMap<Key, Item>, Error> {
    let mut found = HashMap::new();
    for consistency in [Consistency::Eventual, Consistency::Strong] {
        let missing = wanted.iter().filter(|key| !found.contains_key(*key));
        let missing: Vec<Key> = missing.cloned().collect();
        let items = batch_get(store, &missing, consistency).await?;
        let keyed = items
            .into_iter()
            .filter_map(|item| Some((key_of(&item)?, item)));
        found.extend(keyed);
    }
    Ok(found)
}

async fn read(
    store: &Store,
    mut wanted: Vec<Item>,
    consistency: Consistency,
) -> Result<Vec<Item>, Error> {
    let mut found = Vec::with_capacity(wanted.len());
    let mut backoff = Backoff::new(store);
    loop {
        let call = store.meter.start("dynamodb:BatchGetItem");
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(wanted))
            .set_consistent_read(consistency.flag())
            .build()
            .map_err(|e| Error::new(e.to_string()))?;
        let request = store
            .client()
            .batch_get_item()
            .request_items(store.table(), keys)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = in_time(store, "BatchGetItem", request.send())
            .await?
            .map_err(|e| Error::sdk("BatchGetItem", &e))?;
        call.read(output.consumed_capacity().first());
        found.extend(output.responses.unwrap_or_default().into_values().flatten());
        wanted = output
            .unprocessed_keys
            .unwrap_or_default()
            .into_values()
            .flat_map(|left| left.keys)
            .collect();
        if wanted.is_empty() {
            return Ok(found);
        }
        drop(call);
        backoff.wait("unread keys").await?;
    }
}

/// How many items DynamoDB writes in one call.
const MAX_WRITES: usize = 25;

/// One of many writes that are not a transaction.
pub(crate) enum Write {
    /// Writes a whole item.
    Put(Item),
    /// Removes the item under a key.
    Delete(Key),
}

impl Write {
    /// The key under which it puts an item; none for a removal.
    pub(crate) fn put(&self) -> Option<Key> {
        match self {
            Self::Put(item) => key_of(item),
            Self::Delete(_) => None,
        }
    }
}

/// Writes any number of items, each at most once, in no order. Sends again the writes that DynamoDB left undone.
pub(crate) async fn batch_write(store: &Store, writes: Vec<Write>) -> Result<(), Error> {
    let built = |error: aws_sdk_dynamodb::error::BuildError| Error::new(error.to_string());
    let requests = writes.into_iter().map(|one| {
        let request = WriteRequest::builder();
        Ok::<_, Error>(match one {
            Write::Put(item) => {
                let put = PutRequest::builder().set_item(Some(item)).build();
                request.put_request(put.map_err(built)?).build()
            }
            Write::Delete(key) => {
                let delete = DeleteRequest::builder()
                    .set_key(Some(key_item(&key)))
                    .build();
                request.delete_request(delete.map_err(built)?).build()
            }
        })
    });
    let requests = requests.collect::<Result<Vec<_>, _>>()?;
    let batches: Vec<_> = requests
        .chunks(MAX_WRITES)
        .map(|batch| write(store, batch.to_vec()))
        .collect();
    stream::iter(batches)
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await
}

async fn write(store: &Store, mut writes: Vec<WriteRequest>) -> Result<(), Error> {
    let mut backoff = Backoff::new(store);
    loop {
        let call = store.meter.start("dynamodb:BatchWriteItem");
        let request = store
            .client()
            .batch_write_item()
            .request_items(store.table(), writes)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = in_time(store, "BatchWriteItem", request.send())
            .await?
            .map_err(|e| Error::sdk("BatchWriteItem", &e))?;
        call.wrote(output.consumed_capacity().first());
        writes = output
            .unprocessed_items
            .unwrap_or_default()
            .into_values()
            .flatten()
            .collect();
        if writes.is_empty() {
            return Ok(());
        }
        drop(call);
        backoff.wait("unwritten items").await?;
    }
}

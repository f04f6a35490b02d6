//! The table's stream as Lambda delivers it, and the answer to it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use crate::table::Error;

/// A batch of records.
#[derive(Debug, Clone, Deserialize)]
pub struct Batch {
    /// The records. Those of one item are in order.
    #[serde(rename = "Records", default)]
    pub records: Vec<Record>,
}

/// A change of one item.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// What happened to it.
    #[serde(rename = "eventName")]
    pub event: Event,
    /// The item.
    pub dynamodb: Change,
}

/// What happens to items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Event {
    /// It did not exist before.
    Insert,
    /// It existed and still does.
    Modify,
    /// It no longer exists.
    Remove,
}

/// An item before and after a change.
#[derive(Debug, Clone, Deserialize)]
pub struct Change {
    /// Its key.
    #[serde(rename = "Keys")]
    pub keys: Item,
    /// The item after the change; absent if it was removed.
    #[serde(rename = "NewImage", default)]
    pub new: Option<Item>,
    /// The item before the change; absent if it was added.
    #[serde(rename = "OldImage", default)]
    pub old: Option<Item>,
    /// The record's place in the stream.
    #[serde(rename = "SequenceNumber")]
    pub sequence_number: String,
}

/// The entity in an item of a record.
pub(crate) fn entity<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|e| Error::new(format!("a record does not read: {e}")))
}

/// The answer to Lambda for a batch: the first record that failed. Lambda sends it again, with all
/// records after it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The record, if any failed.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<Failure>,
}

/// A record that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its place in the stream.
    #[serde(rename = "itemIdentifier")]
    pub sequence_number: String,
}

impl Outcome {
    /// Reports that `record` failed. Only the first one counts: Lambda sends it again, with all records after it.
    pub fn failed_at(&mut self, record: &Record) {
        if self.failures.is_empty() {
            let sequence_number = record.dynamodb.sequence_number.clone();
            self.failures.push(Failure { sequence_number });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_reads_as_lambda_sends_it() {
        let batch: Batch = serde_json::from_str(
            r#"{"Records":[{"eventID":"1","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",
            "awsRegion":"us-east-1","eventSourceARN":"arn:x","dynamodb":{"Keys":{"PK":{"S":"a"},"SK":{"S":"b"}},
            "NewImage":{"PK":{"S":"a"},"SK":{"S":"b"},"n":{"N":"1"}},"SequenceNumber":"111","SizeBytes":26,
            "StreamViewType":"NEW_AND_OLD_IMAGES","ApproximateCreationDateTime":1479499740}}]}"#,
        )
        .unwrap();
        let [record] = batch.records.as_slice() else {
            panic!("{batch:?}");
        };
        assert_eq!(record.event, Event::Insert);
        assert!(record.dynamodb.old.is_none());
        let mut outcome = Outcome::default();
        outcome.failed_at(record);
        assert_eq!(
            serde_json::to_string(&outcome).unwrap(),
            r#"{"batchItemFailures":[{"itemIdentifier":"111"}]}"#
        );
    }
}

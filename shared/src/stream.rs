//! The table's stream as Lambda hands it over, and the answer to it.

use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

/// A batch of records.
#[derive(Debug, Clone, Deserialize)]
pub struct Batch {
    /// The records, those of one item in order.
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
    /// It was not there before.
    Insert,
    /// It was there, and is.
    Modify,
    /// It is not there any more.
    Remove,
}

/// An item before and after a change.
#[derive(Debug, Clone, Deserialize)]
pub struct Change {
    /// Its key.
    #[serde(rename = "Keys")]
    pub keys: Item,
    /// The item after it; absent where it was removed.
    #[serde(rename = "NewImage", default)]
    pub new: Option<Item>,
    /// The item before it; absent where it was added.
    #[serde(rename = "OldImage", default)]
    pub old: Option<Item>,
    /// The record's place in the stream.
    #[serde(rename = "SequenceNumber")]
    pub sequence_number: String,
}

/// What Lambda is told of a batch: the first record that was not worked off. It comes again, with all
/// behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The record, or nothing.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<Failure>,
}

/// A record that was not worked off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its place in the stream.
    #[serde(rename = "itemIdentifier")]
    pub sequence_number: String,
}

impl Outcome {
    /// `record` was not worked off. The first one counts: it comes again with all behind it.
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

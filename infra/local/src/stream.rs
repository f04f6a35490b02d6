//! Reads the embedded table's stream and calls the function that Lambda would call.

use std::time::Duration;

use anyhow::{Context, Result};
use dynoxide::Database;
use dynoxide::actions::get_shard_iterator::{decode_shard_iterator, encode_shard_iterator};
use serde_json::{Value, from_value, json, to_value};
use tokio::sync::watch;
use weiquan::{Ctx, runtime};
use weiquan_store::causes::causes;
use weiquan_store::stream::Outcome;

use crate::periodic::runs_after;
use crate::stream_filter::StreamFilter;

/// The table that stores where the reader continues. A write to it removes the earlier records from the stream (see
/// [`crate::open`]), in the same transaction.
pub const POSITION_TABLE: &str = "weiquan-stream";
/// Its only item.
const POSITION: &str = "position";
/// How long the reader waits after it has found nothing. What is filled from the stream is late by no more than this.
const PAUSE: Duration = Duration::from_millis(250);
/// How many records are read at once, as in the template.
const BATCH: usize = 100;

/// A reader of the stream.
pub struct Reader {
    database: Database,
    filter: StreamFilter,
    table: String,
    arn: String,
    shard: String,
    /// The number of the last record that was handled, as the database stores it.
    position: i64,
}

impl Reader {
    /// A reader of the stream of `table` that continues where the last reader stopped; a new stream is read from its
    /// start. Records that were handled, but not noted as handled, come again.
    pub fn new(database: Database, table: &str) -> Result<Self> {
        let streams = database.list_streams(from_value(json!({ "TableName": table }))?)?;
        let arn = streams.streams.into_iter().next().map(|s| s.stream_arn);
        let arn = arn.with_context(|| format!("{table} has no stream"))?;
        let described = database.describe_stream(from_value(json!({ "StreamArn": arn }))?)?;
        let shard = described.stream_description.shards.into_iter().next();
        let mut reader = Self {
            database,
            filter: StreamFilter::of_template()?,
            table: table.to_owned(),
            arn,
            shard: shard.context("the stream has no shard")?.shard_id,
            position: 0,
        };
        reader.position = reader.stored_position()?;
        Ok(reader)
    }

    /// The position stored for this stream, not for another one.
    fn stored_position(&self) -> Result<i64> {
        let wanted = json!({ "TableName": POSITION_TABLE, "Key": { "PK": { "S": POSITION } } });
        let kept = to_value(self.database.get_item(from_value(wanted)?)?)?;
        let text = |name: &str| {
            kept.pointer(&format!("/Item/{name}/S"))
                .and_then(Value::as_str)
        };
        let is_ours = text("arn") == Some(&self.arn);
        let stored = text("stored").and_then(|stored| stored.parse().ok());
        Ok(stored.filter(|_| is_ours).unwrap_or_default())
    }

    /// Passes on the next records, and returns whether there may be more.
    pub async fn step(&mut self, ctx: &Ctx) -> Result<bool> {
        let place = encode_shard_iterator(&self.table, &self.shard, self.position);
        let wanted = from_value(json!({ "ShardIterator": place, "Limit": BATCH }))?;
        let read = self
            .on_thread(|database| database.get_records(wanted))
            .await?;
        let next = read
            .next_shard_iterator
            .as_deref()
            .and_then(decode_shard_iterator);
        let mut records: Vec<Value> = from_value(to_value(read.records)?)?;
        if records.is_empty() {
            return Ok(false);
        }
        records.retain(|record| self.filter.wants(record));
        let failed = match records.is_empty() {
            true => None,
            false => {
                let batch = from_value(json!({ "Records": records }))?;
                let Outcome { failures } = runtime::stream(fanout::handle, ctx, batch).await;
                failures.into_iter().next()
            }
        };
        let (position, is_done) = match failed {
            Some(failed) => (self.before(failed.sequence_number).await?, false),
            None => (next.map(|(_, _, position)| position), true),
        };
        self.position = position.context("the stream ends")?;
        self.store_position().await?;
        Ok(is_done)
    }

    /// The position before the record with a public number.
    async fn before(&self, sequence_number: String) -> Result<Option<i64>> {
        let place = from_value(json!({
            "StreamArn": self.arn,
            "ShardId": self.shard,
            "ShardIteratorType": "AT_SEQUENCE_NUMBER",
            "SequenceNumber": sequence_number,
        }))?;
        let found = self
            .on_thread(|database| database.get_shard_iterator(place))
            .await?;
        let place = found
            .shard_iterator
            .as_deref()
            .and_then(decode_shard_iterator);
        Ok(place.map(|(_, _, position)| position))
    }

    async fn store_position(&self) -> Result<()> {
        let item = json!({
            "PK": { "S": POSITION },
            "arn": { "S": self.arn },
            "stored": { "S": self.position.to_string() },
        });
        let wanted = from_value(json!({ "TableName": POSITION_TABLE, "Item": item }))?;
        self.on_thread(|database| database.put_item(wanted))
            .await
            .map(drop)
    }

    /// The database blocks the thread that calls it.
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(Database) -> dynoxide::Result<T> + Send + 'static,
    ) -> Result<T> {
        let database = self.database.clone();
        let done = tokio::task::spawn_blocking(move || work(database)).await;
        Ok(done??)
    }

    /// Reads until `stop` changes.
    pub async fn run(mut self, ctx: Ctx, mut stop: watch::Receiver<()>) {
        loop {
            let ctx = ctx.for_request(&ctx.store.new_id().to_string());
            let more = self.step(&ctx).await.unwrap_or_else(|cause| {
                tracing::error!("stream: {}", causes(&*cause));
                false
            });
            let pause = if more { Duration::ZERO } else { PAUSE };
            if !runs_after(pause, &mut stop).await {
                return;
            }
        }
    }
}

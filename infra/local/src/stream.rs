//! The embedded table's stream, read into the function that Lambda would call.

use std::path::PathBuf;
use std::time::Duration;

use dynoxide::Database;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use shared::stream::{Batch, Outcome};
use shared::{Ctx, runtime};
use tokio::sync::watch;

/// How long it waits where there was nothing: what is filled from the stream lags by no more.
const PAUSE: Duration = Duration::from_millis(250);
/// How many records the function gets at once, as in the template.
const BATCH: usize = 100;

/// A reader of the stream.
pub struct Reader {
    database: Database,
    arn: String,
    shard: String,
    /// Where it goes on.
    position: String,
    /// Where that is kept.
    file: Option<PathBuf>,
}

impl Reader {
    /// A reader of the stream of `table` that goes on where `file` says; without one at the start. What
    /// was read but not noted there comes again.
    pub fn new(database: Database, table: &str, file: Option<PathBuf>) -> Result<Self, String> {
        let streams = database
            .list_streams(request(json!({ "TableName": table }))?)
            .map_err(|e| e.to_string())?;
        let arn = streams.streams.into_iter().next().map(|s| s.stream_arn);
        let arn = arn.ok_or_else(|| format!("{table} has no stream"))?;
        let described = database
            .describe_stream(request(json!({ "StreamArn": arn }))?)
            .map_err(|e| e.to_string())?;
        let shard = described.stream_description.shards.into_iter().next();
        let shard = shard.ok_or("the stream has no shard")?.shard_id;
        let mut reader = Self {
            database,
            arn,
            shard,
            position: String::new(),
            file,
        };
        reader.position = match reader.kept() {
            Some(kept) => kept,
            None => reader.place(json!({ "ShardIteratorType": "TRIM_HORIZON" }))?,
        };
        Ok(reader)
    }

    /// The place in this stream, not another's, that the file keeps.
    fn kept(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.file.as_ref()?).ok()?;
        let (arn, position) = text.split_once('\n')?;
        let read = request(json!({ "ShardIterator": position, "Limit": 1 })).ok()?;
        let is_good = arn == self.arn && self.database.get_records(read).is_ok();
        is_good.then(|| position.to_owned())
    }

    fn keep(&self) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        // A kill leaves the old one or the new one.
        let next = file.with_extension("next");
        std::fs::write(&next, format!("{}\n{}", self.arn, self.position))
            .and_then(|()| std::fs::rename(&next, file))
            .map_err(|e| format!("cannot write {}: {e}", file.display()))
    }

    fn place(&self, mut place: serde_json::Value) -> Result<String, String> {
        if let Some(place) = place.as_object_mut() {
            place.insert("StreamArn".to_owned(), json!(self.arn));
            place.insert("ShardId".to_owned(), json!(self.shard));
        }
        let found = self
            .database
            .get_shard_iterator(request(place)?)
            .map_err(|e| e.to_string())?;
        found
            .shard_iterator
            .ok_or_else(|| "no place in the stream".to_owned())
    }

    /// Hands the next records over; says whether there may be more.
    pub async fn step(&mut self, ctx: &Ctx) -> Result<bool, String> {
        let wanted = request(json!({ "ShardIterator": self.position, "Limit": BATCH }))?;
        let database = self.database.clone();
        let read = tokio::task::spawn_blocking(move || database.get_records(wanted)).await;
        let read = read
            .map_err(|e| e.to_string())?
            .map_err(|e| e.to_string())?;
        if read.records.is_empty() {
            return Ok(false);
        }
        let batch: Batch = through_json(&json!({ "Records": read.records }))?;
        let Outcome { failures } = runtime::stream(fanout::handle, ctx, batch).await;
        let (position, is_done) = match (failures.into_iter().next(), read.next_shard_iterator) {
            (Some(failed), _) => {
                let place = json!({
                    "ShardIteratorType": "AT_SEQUENCE_NUMBER",
                    "SequenceNumber": failed.sequence_number,
                });
                (self.place(place)?, false)
            }
            (None, Some(next)) => (next, true),
            (None, None) => return Err("the stream ends".to_owned()),
        };
        self.position = position;
        self.keep()?;
        Ok(is_done)
    }

    /// Reads until `stop` changes.
    pub async fn run(mut self, ctx: Ctx, mut stop: watch::Receiver<()>) {
        loop {
            let ctx = ctx.for_request(&ctx.new_id().to_string());
            let more = self.step(&ctx).await.unwrap_or_else(|cause| {
                tracing::error!("stream: {cause}");
                false
            });
            let pause = if more { Duration::ZERO } else { PAUSE };
            tokio::select! {
                _ = stop.changed() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

fn request<T: DeserializeOwned>(request: serde_json::Value) -> Result<T, String> {
    serde_json::from_value(request).map_err(|e| e.to_string())
}

fn through_json<T: DeserializeOwned>(value: &impl Serialize) -> Result<T, String> {
    let text = serde_json::to_string(value).map_err(|e| e.to_string())?;
    serde_json::from_str(&text).map_err(|e| e.to_string())
}

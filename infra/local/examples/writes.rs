//! The cost of a write as the data grows: messages, weibos and follows through the gateway, in memory and on disk,
//! after 0, 1,000, 10,000 and 100,000 of them.
//!
//! `cargo run --release -p local --example writes [-- UP_TO]`

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use local::{Options, Running};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use weiquan::ctx::Process;
use weiquan::{Ctx, form_data, xweibo};
use weiquan_store::aws;
use weiquan_store::id::Uid;
use weiquan_store::members::member::{self, Member};

/// The sizes of the data at which the cost is measured.
const SIZES: [usize; 4] = [0, 1_000, 10_000, 100_000];
/// How many writes of each kind are measured at each size.
const SAMPLE: usize = 200;
/// How many members write between two sizes.
const CROWD: usize = 1_000;
/// How many members make the measured writes. They have no fans, so that nothing else happens meanwhile.
const FEW: usize = 20;
/// How many connections write between two sizes.
const CALLERS: usize = 4;
const KINDS: [&str; 3] = ["message", "weibo", "follow"];

#[tokio::main]
async fn main() -> Result<()> {
    let up_to = match std::env::args().nth(1) {
        Some(number) => number.parse()?,
        None => usize::MAX,
    };
    let folder = tempfile::tempdir()?;
    for data in [None, Some(folder.path().to_owned())] {
        let place = if data.is_some() {
            "on disk"
        } else {
            "in memory"
        };
        println!("{place}: median milliseconds of {SAMPLE} writes of each kind");
        println!(
            "    after     {}   all three    of a core   records left   file",
            KINDS.join("    ")
        );
        let file = data.as_ref().map(|folder| folder.join("weiquan.db"));
        let options = Options {
            data,
            ..Options::default()
        };
        let running = local::start(&options).await?;
        let process = Process::new(aws::local_client(&running.demo.dynamodb_url), local::TABLE);
        let system = System {
            running,
            ctx: Ctx::new(process),
        };
        system.make("crowd", CROWD).await?;
        let (mut written, mut first) = (0, None);
        for size in SIZES.into_iter().filter(|size| *size <= up_to) {
            system.fill(written, size).await?;
            written = size;
            let left = system.settle().await?;
            let before = cpu();
            let medians = system.measure(size).await?;
            let cpu = before
                .zip(cpu())
                .map(|(before, now)| (now - before) / SAMPLE as f64);
            let cpu = cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{cpu:.2}"));
            let sum: f64 = medians.iter().sum();
            let first = *first.get_or_insert(sum);
            let file = file.as_ref().and_then(|file| file.metadata().ok());
            let file =
                file.map_or_else(|| "-".to_owned(), |file| format!("{} MB", file.len() >> 20));
            println!(
                "{size:>9}  {}   {sum:6.2} x{:.2}   {cpu:>10}   {left:>12}   {file}",
                medians.map(|median| format!("{median:8.2}")).concat(),
                sum / first
            );
        }
        system.running.stop().await;
    }
    Ok(())
}

/// The milliseconds of a core that this process has used, if the system reports them. What else the machine does is not
/// included.
fn cpu() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The fields after the name, which may contain spaces; in hundredths of a second.
    let (_, fields) = stat.rsplit_once(')')?;
    let used = fields.split_whitespace().skip(11).take(2);
    let used: std::result::Result<Vec<f64>, _> = used.map(str::parse).collect();
    Some(used.ok()?.iter().sum::<f64>() * 10.0)
}

struct System {
    running: Running,
    ctx: Ctx,
}

/// A member of a group, by the member's user on the partner site.
fn user(group: &str, number: usize) -> String {
    format!("{group}-{number}")
}

/// The uid of a group's first member; the others follow.
fn first_uid(group: &str) -> u64 {
    let place = group.bytes().map(u64::from).sum::<u64>();
    5_000_000_000 + place * 1_000_000
}

impl System {
    async fn make(&self, group: &str, count: usize) -> Result<()> {
        for number in 0..count {
            let name = user(group, number);
            let member = Member {
                uid: Uid::new(first_uid(group) + number as u64),
                site_uid: Some(name.clone()),
                ..Member::new(&self.ctx.store, &name)
            };
            let made = member::create(&self.ctx.store, &member, None).await?;
            made.map_err(|refusal| anyhow!("{name}: {refusal:?}"))?;
        }
        Ok(())
    }

    async fn connect(&self) -> Result<Connection> {
        let address = self.running.demo.base_url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream })
    }

    /// The `number`th write of a kind by a group of `count` members.
    fn write(&self, group: &str, count: usize, kind: &str, number: usize) -> (String, String) {
        let who = number % count;
        let demo = &self.running.demo;
        let pairs = match kind {
            "message" => {
                let key = user(group, who);
                let content = format!("message {number}: {}", "好".repeat(100));
                let app = demo::OPEN_APP.to_owned();
                let pairs = [
                    ("app_key", app),
                    ("message_key", key),
                    ("message_content", content),
                ];
                return ("/api/App/Market_Message/Post".to_owned(), encoded(&pairs));
            }
            "weibo" => vec![("text", format!("weibo {number}: {}", "好".repeat(100)))],
            _ => {
                let whom = (who + 1 + number / count) % count;
                vec![("uid", (first_uid(group) + whom as u64).to_string())]
            }
        };
        let name = if kind == "weibo" {
            "update"
        } else {
            "createFriendship"
        };
        let (uid, time) = (user(group, who), self.ctx.now().as_second().to_string());
        let keys = [&*demo.xweibo.akey, &demo.xweibo.skey, &demo.xweibo.api_key];
        let sign = xweibo::sign(keys, &uid, &time, name);
        let signed = vec![("api_uid", uid), ("api_time", time), ("api_sign", sign)];
        (
            format!("/api/weibo/action.{name}"),
            encoded(&[signed, pairs].concat()),
        )
    }

    /// Makes the writes between two sizes, a third of each kind.
    async fn fill(&self, from: usize, to: usize) -> Result<()> {
        let callers = (0..CALLERS).map(|caller| async move {
            let mut connection = self.connect().await?;
            for number in (from..to).filter(|number| number % CALLERS == caller) {
                // The follows of each member are in order, whichever caller makes them.
                let kind = KINDS.get(number % KINDS.len()).copied().unwrap_or_default();
                let (target, body) = self.write("crowd", CROWD, kind, number / KINDS.len());
                connection.post(&target, &body).await?;
            }
            anyhow::Ok(())
        });
        futures_util::future::try_join_all(callers).await?;
        Ok(())
    }

    /// Waits until the stream has been read to its end, and returns how many records it still holds.
    async fn settle(&self) -> Result<usize> {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let records = self.records().await?;
            if records < 2 {
                return Ok(records);
            }
        }
    }

    async fn records(&self) -> Result<usize> {
        let streams = self
            .streams("ListStreams", &json!({ "TableName": local::TABLE }))
            .await?;
        let arn = streams.pointer("/Streams/0/StreamArn");
        let stream = self
            .streams("DescribeStream", &json!({ "StreamArn": arn }))
            .await?;
        let shard = stream.pointer("/StreamDescription/Shards/0/ShardId");
        let start =
            json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
        let start = self.streams("GetShardIterator", &start).await?;
        let all = json!({ "ShardIterator": start.get("ShardIterator") });
        let read = self.streams("GetRecords", &all).await?;
        let records = read.get("Records").and_then(Value::as_array);
        Ok(records.map_or(0, Vec::len))
    }

    async fn streams(&self, operation: &str, request: &Value) -> Result<Value> {
        let address = self.running.demo.dynamodb_url.trim_start_matches("http://");
        let mut connection = Connection {
            stream: TcpStream::connect(address).await?,
        };
        let headers = format!(
            "Authorization: local\r\nX-Amz-Target: DynamoDBStreams_20120810.{operation}\r\n"
        );
        let answer = connection.send("/", &headers, &request.to_string()).await?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// The median times of some writes of each kind, in milliseconds.
    async fn measure(&self, size: usize) -> Result<[f64; 3]> {
        let group = format!("few{}", size.checked_ilog10().unwrap_or_default());
        self.make(&group, FEW).await?;
        let mut connection = self.connect().await?;
        let mut times = KINDS.map(|_| Vec::new());
        for number in 0..SAMPLE {
            for (kind, times) in KINDS.iter().zip(&mut times) {
                let (target, body) = self.write(&group, FEW, kind, number);
                let start = Instant::now();
                connection.post(&target, &body).await?;
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        Ok(times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 2).copied().unwrap_or_default()
        }))
    }
}

fn encoded(pairs: &[(&str, String)]) -> String {
    form_data::encode(pairs.iter().map(|(name, value)| (*name, &**value)))
}

struct Connection {
    stream: TcpStream,
}

impl Connection {
    /// Posts a form; every call must succeed.
    async fn post(&mut self, target: &str, body: &str) -> Result<()> {
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.send(target, form, body).await?;
        let is_good = answer.contains("\"err_code\":0") || answer.contains("\"errno\":0");
        ensure!(is_good, "{target} {body}: {answer}");
        Ok(())
    }

    async fn send(&mut self, target: &str, headers: &str, body: &str) -> Result<String> {
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut read = Vec::new();
        loop {
            if self.stream.read_buf(&mut read).await? == 0 {
                bail!("the connection ends");
            }
            let text = String::from_utf8_lossy(&read);
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if length.and_then(|length| length.parse().ok()) == Some(body.len()) {
                return Ok(body.to_owned());
            }
        }
    }
}

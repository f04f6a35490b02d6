//! Another DynamoDB than the embedded one: where `WEIQUAN_TEST_DYNAMODB` names the address of an
//! emulator of AWS, every world has its table there, in an account of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::config::Credentials;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use weiquan::{Ctx, runtime};

/// The address of the emulator, if tests are to use one.
pub fn address() -> Option<String> {
    std::env::var("WEIQUAN_TEST_DYNAMODB").ok()
}

/// The key of an account that no world has had. The emulator takes twelve digits for the account.
pub fn new_account() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    format!("{:06}{number:06}", std::process::id() % 1_000_000)
}

/// What worlds on any DynamoDB sign with.
pub fn credentials(account: &str) -> Credentials {
    Credentials::new(account, "local", None, None, "test")
}

/// One account of the emulator.
#[derive(Debug, Clone)]
struct Account {
    /// Host and port.
    place: String,
    key: String,
}

impl Account {
    async fn call(&self, target: &str, body: &Value) -> Value {
        let body = body.to_string();
        let Self { place, key } = self;
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {place}\r\nx-amz-target: {target}\r\n\
             content-type: application/x-amz-json-1.0\r\nauthorization: AWS4-HMAC-SHA256 \
             Credential={key}/20260601/us-east-1/dynamodb/aws4_request, SignedHeaders=host, \
             Signature=0\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let mut connection = TcpStream::connect(place).await.unwrap();
        let request = [head.as_bytes(), body.as_bytes()].concat();
        connection.write_all(&request).await.unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{target}: {answer}");
        // The whole of it in one piece or in several.
        let body: String = if head.to_lowercase().contains("transfer-encoding: chunked") {
            let pieces = body.split("\r\n").skip(1).step_by(2);
            pieces.collect()
        } else {
            body.to_owned()
        };
        serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {answer}"))
    }
}

/// The stream of a new table.
pub struct Stream {
    account: Account,
    place: Value,
    /// Where it goes on.
    position: Value,
}

/// Makes the template's table in the account `key` of the emulator at `url`.
pub async fn create_table(url: &str, key: &str) -> Stream {
    let account = Account {
        place: url.trim_start_matches("http://").to_owned(),
        key: key.to_owned(),
    };
    let template = include_str!("../../../template.yaml");
    let template: Value = serde_saphyr::from_str(template).unwrap();
    let mut table = json!({ "TableName": local::TABLE });
    // Without expiry: the emulator would look at the machine's clock.
    for name in [
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "BillingMode",
        "StreamSpecification",
    ] {
        table[name] = template["Resources"]["Table"]["Properties"][name].clone();
    }
    table["StreamSpecification"]["StreamEnabled"] = true.into();
    let made = account.call("DynamoDB_20120810.CreateTable", &table).await;
    let arn = &made["TableDescription"]["LatestStreamArn"];
    let shards = account
        .call(
            "DynamoDBStreams_20120810.DescribeStream",
            &json!({ "StreamArn": arn }),
        )
        .await;
    let shards = &shards["StreamDescription"]["Shards"];
    assert_eq!(shards.as_array().unwrap().len(), 1, "{shards}");
    let mut stream = Stream {
        account,
        place: json!({ "StreamArn": arn, "ShardId": shards[0]["ShardId"] }),
        position: Value::Null,
    };
    stream
        .seek(json!({ "ShardIteratorType": "TRIM_HORIZON" }))
        .await;
    stream
}

impl Stream {
    async fn seek(&mut self, mut to: Value) {
        to["StreamArn"] = self.place["StreamArn"].clone();
        to["ShardId"] = self.place["ShardId"].clone();
        let found = self
            .account
            .call("DynamoDBStreams_20120810.GetShardIterator", &to)
            .await;
        self.position = found["ShardIterator"].clone();
    }

    /// Hands the next records to the fan-out; says whether there may be more.
    pub async fn step(&mut self, ctx: &Ctx) -> bool {
        let wanted = json!({ "ShardIterator": self.position, "Limit": 100 });
        let read = self
            .account
            .call("DynamoDBStreams_20120810.GetRecords", &wanted)
            .await;
        if read["Records"].as_array().unwrap().is_empty() {
            return false;
        }
        let batch = json!({ "Records": read["Records"] }).to_string();
        let batch = serde_json::from_str(&batch).unwrap();
        let outcome = runtime::stream(fanout::handle, ctx, batch).await;
        match outcome.failures.first() {
            Some(failed) => {
                self.seek(json!({
                    "ShardIteratorType": "AT_SEQUENCE_NUMBER",
                    "SequenceNumber": failed.sequence_number,
                }))
                .await;
                false
            }
            None => {
                self.position = read["NextShardIterator"].clone();
                true
            }
        }
    }
}

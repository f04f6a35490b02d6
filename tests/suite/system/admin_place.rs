//! Where the operator's command line and the functions look for their table, and what they say of a
//! place that is not theirs.

use std::process::Output;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use axum::http::StatusCode;
use tokio::process::Command;
use weiquan_store::layout;

use crate::support::World;
use crate::support::admin::done_here;
use crate::support::binaries::binary;

/// Runs a program in nothing but the given environment.
async fn run(program: &str, arguments: &str, variables: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(binary(program).await)
        .args(arguments.split_whitespace())
        .env_clear()
        .env("HOME", home.path())
        // No machine of Amazon's is asked for credentials.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .await
        .unwrap()
}

/// What a failed command complains of: one line without any dump.
#[track_caller]
fn complaint(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!output.status.success(), "it says that all is well: {said}");
    assert!(output.stdout.is_empty(), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    for dump in [
        "Error {",
        "Some(",
        "source:",
        "SdkError",
        "Unhandled(",
        "panicked",
    ] {
        assert!(!said.contains(dump), "{dump} in {said}");
    }
    said
}

/// Commands that read, and that write.
const COMMANDS: [&str; 3] = ["app list", "app create", "init --all"];
const OWN: &str = "AWS_ENDPOINT_URL_DYNAMODB";
const GLOBAL: &str = "AWS_ENDPOINT_URL";
const TABLE: (&str, &str) = ("TABLE_NAME", local::TABLE);
const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "local"),
    ("AWS_SECRET_ACCESS_KEY", "local"),
];

/// A server that answers everything alike.
async fn server(status: StatusCode, kind: &'static str, body: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = move || async move { (status, [("content-type", kind)], body) };
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn an_operator_is_told_in_one_line_what_is_wrong() {
    const DYNAMODB: &str = "application/x-amz-json-1.0";
    let world = World::empty().await;
    let url = &*world.dynamodb_url;
    let gateway = server(
        StatusCode::OK,
        "application/json;charset=utf-8",
        r#"{"ret":406,"data":{},"msg":"x"}"#,
    );
    let gateway = gateway.await;
    let page = server(StatusCode::NOT_FOUND, "text/html", "<h1>secret</h1>").await;
    let broken = server(StatusCode::OK, DYNAMODB, "{\"Item\": \"secret").await;
    let unknown = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token\nis invalid."}"#;
    let unknown = server(StatusCode::BAD_REQUEST, DYNAMODB, unknown).await;
    let nobody = "http://127.0.0.1:1";
    let local = |address| vec![(OWN, address), TABLE];
    for (variables, words) in [
        (local(nobody), "does not answer"),
        (local("http://nowhere.invalid:8000"), "does not answer"),
        (local(&gateway), "is another program"),
        (local(&page), "is another program"),
        (local(&broken), "GetItem"),
        (local(&unknown), "refuses the credentials"),
        (local("127.0.0.1:8000"), "http://"),
        (
            vec![(GLOBAL, "localhost"), TABLE],
            "AWS_ENDPOINT_URL: localhost",
        ),
        (vec![(OWN, url), ("TABLE_NAME", "")], "TABLE_NAME is empty"),
        (
            vec![(OWN, url), ("TABLE_NAME", "nothing")],
            "has no table nothing",
        ),
        (vec![TABLE, KEYS[0], KEYS[1]], "no region: set AWS_REGION"),
        (vec![TABLE, REGION], "no credentials: set AWS_ACCESS_KEY_ID"),
        (
            vec![(OWN, nobody), TABLE, REGION, KEYS[0], KEYS[1]],
            "does not answer",
        ),
    ] {
        for command in COMMANDS {
            let said = complaint(&run("admin", command, &variables).await);
            assert!(said.contains(words), "{command} {variables:?}: {said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
    assert_eq!(world.dump().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_table_of_another_layout_or_with_other_keys_is_left_alone() {
    let world = World::empty().await;
    let table = &world.ctx.store.client();
    let id = AttributeDefinition::builder().attribute_name("id");
    let id = id.attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("id");
    let key = key.key_type(KeyType::Hash);
    let create = table.create_table().table_name("others");
    let create = create.billing_mode(BillingMode::PayPerRequest);
    let create = create.attribute_definitions(id.build().unwrap());
    let create = create.key_schema(key.build().unwrap());
    create.send().await.unwrap();
    let variables = |table| [(OWN, &*world.dynamodb_url), ("TABLE_NAME", table)];
    let said = complaint(&run("admin", "app create", &variables("others")).await);
    assert!(
        said.contains("others") && said.contains("is not Weiquan's"),
        "{said}"
    );

    done_here(&world, "app create").await;
    assert_eq!(
        layout::found(&world.ctx.store).await.unwrap(),
        Some(layout::VERSION)
    );
    let newer = serde_dynamo::to_item(
        serde_json::json!({ "PK": "SCHEMA", "SK": "SCHEMA", "version": layout::VERSION + 1 }),
    );
    let put = table.put_item().table_name(local::TABLE);
    put.set_item(Some(newer.unwrap())).send().await.unwrap();
    let before = world.dump().await;
    for command in COMMANDS {
        let said = complaint(&run("admin", command, &variables(local::TABLE)).await);
        let version = format!("layout {}", layout::VERSION + 1);
        assert!(
            said.contains(&version) && !said.contains("remove"),
            "{said}"
        );
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn the_address_is_found_in_the_sdks_order() {
    let world = World::empty().await;
    let url = &*world.dynamodb_url;
    let nobody = "http://127.0.0.1:1";
    const IGNORE: (&str, &str) = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    for (variables, found) in [
        (vec![(GLOBAL, url)], true),
        (vec![(OWN, url), (GLOBAL, nobody)], true),
        (vec![(OWN, ""), (GLOBAL, url)], true),
        (vec![(OWN, nobody), (GLOBAL, url)], false),
        (vec![(OWN, url), IGNORE], false),
    ] {
        for keys in [&[][..], &[REGION, KEYS[0], KEYS[1]]] {
            // Without an address the program would ask AWS itself.
            if variables.contains(&IGNORE) && !keys.is_empty() {
                continue;
            }
            let variables = [&variables[..], keys, &[TABLE]].concat();
            let output = run("admin", "app list", &variables).await;
            assert_eq!(output.status.success(), found, "{variables:?}: {output:?}");
        }
    }
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why_in_one_line() {
    for (variables, words) in [
        (vec![], "TABLE_NAME"),
        (vec![("TABLE_NAME", "")], "TABLE_NAME"),
        (vec![TABLE, (OWN, "127.0.0.1:8000")], OWN),
        (vec![TABLE, (GLOBAL, "localhost")], GLOBAL),
        (
            vec![
                TABLE,
                ("PICTURES_BUCKET", "b"),
                ("AWS_ENDPOINT_URL_S3", "localhost"),
            ],
            "AWS_ENDPOINT_URL_S3",
        ),
    ] {
        let output = run("okay-hello-world", "", &variables).await;
        assert!(!output.status.success());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
        assert!(said.contains(words) && said.contains("ERROR"), "{said}");
    }
}

#[tokio::test]
async fn a_failure_of_the_store_is_one_line_in_the_log() {
    let world = World::empty().await;
    let gateway = server(StatusCode::OK, "application/json", "{\"secret\":1}").await;
    let broken = server(
        StatusCode::INTERNAL_SERVER_ERROR,
        "text/plain",
        "secret\nsecret",
    )
    .await;
    let misread = server(
        StatusCode::OK,
        "application/x-amz-json-1.0",
        "{\"Item\":{\"PK\":{\"S\":\"secret",
    )
    .await;
    for (address, words) in [
        ("http://127.0.0.1:1", "Connection refused"),
        (&*gateway, "not DynamoDB's"),
        (&broken, "HTTP 500"),
        (&misread, "GetItem"),
    ] {
        let client = weiquan_store::aws::local_client(address);
        let process = weiquan::ctx::Process::new(client, local::TABLE);
        let ctx = weiquan::Ctx::new(process);
        let said = layout::found(&ctx.store).await.unwrap_err().to_string();
        assert!(
            said.starts_with("GetItem: ") && said.contains(words),
            "{said}"
        );
        for dump in ["\n", "Error {", "Some(", "secret"] {
            assert!(!said.contains(dump), "{said}");
        }
    }
    drop(world);
}

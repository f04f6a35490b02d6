//! The tables: our own, as defined in `template.yaml`, and one that only the local system has.

use anyhow::{Context, Result};
use dynoxide::Database;
use serde_json::{Map, Value, json};

/// The table's name.
pub const TABLE: &str = "weiquan";

const TEMPLATE: &str = include_str!("../../../template.yaml");

/// The CloudFormation properties that `CreateTable` takes.
const CREATE: [&str; 5] = [
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
];

/// What is in the template at `pointer`.
pub fn template(pointer: &str) -> Result<Value> {
    let template: Value = serde_saphyr::from_str(TEMPLATE).context("template.yaml")?;
    template
        .pointer(pointer)
        .cloned()
        .with_context(|| format!("template.yaml has no {pointer}"))
}

/// Creates the table under `name`, with its index, stream and expiry, if it is missing.
pub fn create(database: &Database, name: &str) -> Result<()> {
    let properties = template("/Resources/Table/Properties")?;
    let properties = properties.as_object().cloned().unwrap_or_default();
    let mut wanted: Map<String, Value> = properties
        .iter()
        .filter(|(property, _)| CREATE.contains(&property.as_str()))
        .map(|(property, value)| (property.clone(), value.clone()))
        .collect();
    if let Some(stream) = wanted
        .get_mut("StreamSpecification")
        .and_then(Value::as_object_mut)
    {
        stream.insert("StreamEnabled".to_owned(), json!(true));
    }
    make(database, name, wanted)?;
    if database
        .get_table_metadata(name)?
        .is_some_and(|table| table.ttl_enabled)
    {
        return Ok(());
    }
    let expiry = json!({
        "TableName": name,
        "TimeToLiveSpecification": properties.get("TimeToLiveSpecification"),
    });
    database.update_time_to_live(serde_json::from_value(expiry)?)?;
    Ok(())
}

/// Creates a table of items with only `PK` as key, if it is missing.
pub fn create_plain(database: &Database, name: &str) -> Result<()> {
    let wanted = json!({
        "AttributeDefinitions": [{ "AttributeName": "PK", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "PK", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let wanted = wanted.as_object().cloned().unwrap_or_default();
    make(database, name, wanted)
}

fn make(database: &Database, name: &str, mut wanted: Map<String, Value>) -> Result<()> {
    if database.get_table_metadata(name)?.is_some() {
        return Ok(());
    }
    wanted.insert("TableName".to_owned(), json!(name));
    database.create_table(serde_json::from_value(Value::Object(wanted))?)?;
    Ok(())
}

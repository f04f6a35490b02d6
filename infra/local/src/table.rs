//! The table, from the one definition in `template.yaml`.

use dynoxide::Database;
use serde_json::{Map, Value, json};

const TEMPLATE: &str = include_str!("../../../template.yaml");

/// What `CreateTable` takes of CloudFormation's properties.
const CREATE: [&str; 5] = [
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
];

/// The properties of the template's table.
fn properties() -> Result<Map<String, Value>, String> {
    let template: Value =
        serde_saphyr::from_str(TEMPLATE).map_err(|e| format!("template.yaml: {e}"))?;
    template
        .pointer("/Resources/Table/Properties")
        .and_then(Value::as_object)
        .cloned()
        .ok_or_else(|| "template.yaml has no table".to_owned())
}

/// Creates the table under `name`, with its index, stream and expiry.
pub fn create(database: &Database, name: &str) -> Result<(), String> {
    let properties = properties()?;
    let mut request: Map<String, Value> = properties
        .iter()
        .filter(|(property, _)| CREATE.contains(&property.as_str()))
        .map(|(property, value)| (property.clone(), value.clone()))
        .collect();
    request.insert("TableName".to_owned(), json!(name));
    if let Some(stream) = request
        .get_mut("StreamSpecification")
        .and_then(Value::as_object_mut)
    {
        stream.insert("StreamEnabled".to_owned(), json!(true));
    }
    let request = serde_json::from_value(Value::Object(request)).map_err(|e| e.to_string())?;
    database.create_table(request).map_err(|e| e.to_string())?;
    let expiry = json!({
        "TableName": name,
        "TimeToLiveSpecification": properties.get("TimeToLiveSpecification"),
    });
    let expiry = serde_json::from_value(expiry).map_err(|e| e.to_string())?;
    database
        .update_time_to_live(expiry)
        .map_err(|e| e.to_string())?;
    Ok(())
}

/// Whether the database has the table.
pub fn exists(database: &Database, name: &str) -> Result<bool, String> {
    let request = serde_json::from_value(json!({})).map_err(|e| e.to_string())?;
    let tables = database.list_tables(request).map_err(|e| e.to_string())?;
    Ok(tables.table_names.iter().any(|table| table == name))
}

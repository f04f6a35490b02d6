//! Parameters and answers in JSON Schema.

use serde_json::{Map, Value, json};
use weiquan::schema::{Field, Kind, Schema};

/// Sets a field of an object.
pub fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
}

/// Adds required properties to the schema of an object.
pub fn require(object: &mut Value, properties: &[(&str, Value)]) {
    for (name, schema) in properties {
        if let Some(all) = object.get_mut("properties") {
            set(all, name, schema.clone());
        }
        if let Some(names) = object.get_mut("required").and_then(Value::as_array_mut) {
            names.push((*name).into());
        }
    }
}

/// The schema of a parameter, as callers send it.
pub fn kind(kind: Kind) -> Value {
    match kind {
        Kind::Text { min, max } => {
            let mut schema = json!({ "type": "string" });
            if min > 0 {
                set(&mut schema, "minLength", min);
            }
            if max < usize::MAX {
                set(&mut schema, "maxLength", max);
            }
            schema
        }
        Kind::Int { min, max, default } => {
            let mut schema = json!({ "type": "integer" });
            if min > i64::MIN {
                set(&mut schema, "minimum", min);
            }
            if max < i64::MAX {
                set(&mut schema, "maximum", max);
            }
            if let Some(default) = default {
                set(&mut schema, "default", default);
            }
            schema
        }
        Kind::Flag { default } => {
            let mut schema = json!({ "type": "integer", "enum": [0, 1] });
            if let Some(default) = default {
                set(&mut schema, "default", i64::from(default));
            }
            schema
        }
        Kind::List => json!({ "type": "string" }),
        Kind::Object => json!({ "type": "string", "contentMediaType": "application/json" }),
        Kind::File => json!({ "type": "string", "contentEncoding": "binary" }),
    }
}

/// An example as a value of its kind.
pub fn example(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Int { .. } | Kind::Flag { .. } => text
            .parse::<i64>()
            .map_or_else(|_text| text.into(), Value::from),
        _ => text.into(),
    }
}

/// The schemas that are referred to by name.
#[derive(Default)]
pub struct Schemas(Map<String, Value>);

impl Schemas {
    /// The schema of a value in an answer. An object that contains itself gets a name.
    pub fn value(&mut self, schema: &Schema) -> Value {
        match schema {
            Schema::Text => json!({ "type": "string" }),
            Schema::Integer => json!({ "type": "integer" }),
            Schema::Boolean => json!({ "type": "boolean" }),
            Schema::Any => json!({}),
            Schema::Nullable(inner) => json!({ "anyOf": [self.value(inner), { "type": "null" }] }),
            Schema::List(inner) => json!({ "type": "array", "items": self.value(inner) }),
            Schema::Map(inner) => {
                json!({ "type": "object", "additionalProperties": self.value(inner) })
            }
            Schema::Reference(name) => reference(name),
            Schema::Object { name, fields } => {
                let is_named = fields.iter().any(|field| refers(&field.schema, name));
                if !is_named {
                    return self.object(fields);
                }
                if !self.0.contains_key(*name) {
                    let object = self.object(fields);
                    self.0.insert((*name).to_owned(), object);
                }
                reference(name)
            }
        }
    }

    fn object(&mut self, fields: &[Field]) -> Value {
        let (mut properties, mut numbered) = (Map::new(), Map::new());
        for field in fields {
            let mut schema = self.value(&field.schema);
            set(&mut schema, "description", field.words);
            match field.name {
                Field::NUMBERED => numbered.insert("^[0-9]+$".to_owned(), schema),
                name => properties.insert(name.to_owned(), schema),
            };
        }
        let required = fields.iter().filter(|field| !field.optional);
        let required: Vec<&str> = required.map(|field| field.name).collect();
        let mut object =
            json!({ "type": "object", "properties": properties, "required": required });
        if !numbered.is_empty() {
            set(&mut object, "patternProperties", Value::Object(numbered));
        }
        object
    }

    /// All schemas that have a name.
    pub fn named(self) -> Value {
        Value::Object(self.0)
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Whether a schema refers to the object `name`.
fn refers(schema: &Schema, name: &str) -> bool {
    match schema {
        Schema::Reference(own) => *own == name,
        Schema::Nullable(inner) | Schema::List(inner) | Schema::Map(inner) => refers(inner, name),
        Schema::Object { fields, .. } => fields.iter().any(|field| refers(&field.schema, name)),
        Schema::Text | Schema::Integer | Schema::Boolean | Schema::Any => false,
    }
}

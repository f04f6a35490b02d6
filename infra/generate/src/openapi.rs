//! `docs/openapi.json`: all operations, described in OpenAPI 3.1.

mod schema;

use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};
use weiquan::http::Function;
use weiquan::qzone;
use weiquan::schema::{Failure, Kind, Param};
use xtask::files::Files;

use crate::common;
use crate::recorded::{Answer, answers};
use schema::{Schemas, require, set};

/// The file.
const NAME: &str = "docs/openapi.json";
/// The media type of a form, as most clients send it; and that of a form with a file.
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    let description = describe(root)?;
    files.put(NAME, &(serde_json::to_string_pretty(&description)? + "\n"))
}

fn describe(root: &Path) -> Result<Value> {
    let answers = answers(root)?;
    let mut schemas = Schemas::default();
    let (mut paths, mut responses) = (Map::new(), Map::new());
    for op in front::OKAY {
        let operation = Operation {
            family: "OkayAPI",
            name: op.name,
            words: op.words,
            params: common::okay(op.login),
            own: op.params,
            failures: op.failures,
            answer: answers.get(op.package),
        };
        let schema = okay_answer(schemas.value(&op.answer));
        let content = json!({
            "application/json": { "schema": schema },
            "text/javascript": { "schema": { "type": "string" } },
        });
        add(
            [&mut paths, &mut responses],
            *op,
            &operation,
            &["get", "post"],
            content,
        );
    }
    for op in front::XWEIBO {
        let operation = Operation {
            family: "Xweibo",
            name: op.name,
            words: op.words,
            params: common::xweibo(),
            own: op.params,
            failures: op.failures,
            answer: answers.get(op.package),
        };
        let schema = xweibo_answer(schemas.value(&op.answer), op.bare);
        let mut content = json!({ "application/json": { "schema": schema } });
        if op.file().is_some() {
            // A page, where `callback` asks for it.
            let page = json!({ "schema": { "type": "string" } });
            set(&mut content, "text/html", page);
        }
        add(
            [&mut paths, &mut responses],
            *op,
            &operation,
            methods(op.get),
            content,
        );
    }
    for op in front::QZONE {
        let operation = Operation {
            family: "QZone",
            name: op.name,
            words: op.words,
            params: common::qzone(op.is_for_members()),
            own: op.params,
            failures: op.failures,
            answer: answers.get(op.package),
        };
        let schema = qzone_answer(schemas.value(&op.answer));
        let content = match op.shape {
            qzone::Shape::Form(_) => json!({ "text/plain": { "schema": { "type": "string" } } }),
            qzone::Shape::Page => json!({
                "text/html": { "schema": { "type": "string" } },
                "application/json": { "schema": schema },
                "text/xml": { "schema": { "type": "string" } },
            }),
            qzone::Shape::Data(_) => json!({
                "application/json": { "schema": schema },
                "text/xml": { "schema": { "type": "string" } },
            }),
        };
        add(
            [&mut paths, &mut responses],
            *op,
            &operation,
            methods(op.get),
            content,
        );
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Weiquan",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "OkayAPI, Xweibo 2.1 and QZone's add_feeds. Refusals are answered with HTTP 200, as the \
                old documents have it: the number in the answer tells.",
        },
        "servers": [{ "url": "http://127.0.0.1:8080", "description": "The local system" }],
        "tags": [{ "name": "OkayAPI" }, { "name": "Xweibo" }, { "name": "QZone" }],
        "paths": paths,
        "components": { "schemas": schemas.named(), "responses": responses },
    }))
}

/// An operation of any family.
struct Operation<'a> {
    family: &'static str,
    name: &'static str,
    words: &'static str,
    /// The family's parameters.
    params: Vec<Param>,
    /// The operation's own parameters.
    own: &'static [Param],
    failures: &'static [Failure],
    /// The recorded answer to its sample event; none for a new operation.
    answer: Option<&'a Answer>,
}

fn methods(get: bool) -> &'static [&'static str] {
    if get { &["get", "post"] } else { &["post"] }
}

/// Adds an operation under its addresses; `content` is its answer, by media type.
fn add(
    [paths, responses]: [&mut Map<String, Value>; 2],
    function: &dyn Function,
    operation: &Operation<'_>,
    methods: &[&str],
    mut content: Value,
) {
    if let Some(answer) = operation.answer
        && let Some(media) = content.get_mut(&answer.media_type)
    {
        let example = serde_json::from_str(&answer.body);
        set(
            media,
            "example",
            example.unwrap_or_else(|_text| Value::from(answer.body.as_str())),
        );
    }
    let response = function.package();
    let described = json!({ "description": description(operation.failures), "content": content });
    responses.insert(response.to_owned(), described);
    for path in function.paths() {
        let mut item = Map::new();
        for method in methods {
            let id = format!("{method} {}", operation.name);
            let mut described = json!({
                "operationId": id,
                "tags": [operation.family],
                "summary": operation.words,
                "responses": {
                    "200": { "$ref": format!("#/components/responses/{response}") },
                },
            });
            match *method {
                "get" => set(&mut described, "parameters", parameters(operation)),
                _ => set(&mut described, "requestBody", body(operation)),
            }
            item.insert((*method).to_owned(), described);
        }
        paths.insert(path, Value::Object(item));
    }
}

/// The description of an answer with its failure numbers, as Markdown.
fn description(failures: &[Failure]) -> String {
    let mut text = String::from("The answer, or why there is none.");
    for failure in failures {
        text += &format!("\n* {} `{}`: {}", failure.code, failure.text, failure.when);
    }
    text
}

fn all<'a>(operation: &'a Operation<'_>) -> impl Iterator<Item = &'a Param> {
    operation.params.iter().chain(operation.own)
}

fn parameters(operation: &Operation<'_>) -> Value {
    let in_query = all(operation).filter(|param| param.kind != Kind::File);
    let described = in_query.map(|param| {
        let mut one = json!({
            "name": param.name,
            "in": "query",
            "description": param.words,
            "required": param.required,
            "schema": schema::kind(param.kind),
        });
        if let Some(example) = param.example {
            set(&mut one, "example", schema::example(param.kind, example));
        }
        one
    });
    described.collect()
}

fn body(operation: &Operation<'_>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut media_type = FORM;
    for param in all(operation) {
        let mut schema = schema::kind(param.kind);
        set(&mut schema, "description", param.words);
        if let Some(example) = param.example {
            set(
                &mut schema,
                "examples",
                json!([schema::example(param.kind, example)]),
            );
        }
        if param.kind == Kind::File {
            media_type = MULTIPART;
        }
        properties.insert(param.name.to_owned(), schema);
        if param.required {
            required.push(param.name);
        }
    }
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    json!({ "required": !required.is_empty(), "content": { media_type: { "schema": schema } } })
}

/// `data`, with two fields of its own before those of `answer`; without the envelope if the caller requested that.
fn okay_answer(answer: Value) -> Value {
    let mut done = answer;
    let first = [
        ("err_code", json!({ "const": 0 })),
        ("err_msg", json!({ "const": "" })),
    ];
    require(&mut done, &first);
    let failed = json!({
        "type": "object",
        "properties": {
            "err_code": { "type": "integer", "minimum": 1 },
            "err_msg": { "type": "string" },
        },
        "required": ["err_code", "err_msg"],
    });
    let refused = json!({ "type": "object", "maxProperties": 0 });
    let enveloped = json!({
        "type": "object",
        "properties": {
            "ret": { "type": "integer" },
            "data": { "anyOf": [done, failed, refused] },
            "msg": { "type": "string" },
            "_t": { "type": "integer" },
            "_auth": { "type": "string" },
        },
        "required": ["ret", "data", "msg", "_t"],
    });
    json!({ "anyOf": [enveloped, done, failed] })
}

fn xweibo_answer(answer: Value, bare: bool) -> Value {
    let envelope = |rst: Value, errno: Value| {
        json!({
            "type": "object",
            "properties": { "rst": rst, "errno": errno, "err": { "type": "string" } },
            "required": ["rst", "errno", "err"],
        })
    };
    let refused = envelope(json!({ "const": false }), json!({ "not": { "const": 0 } }));
    match bare {
        true => json!({ "anyOf": [answer, refused] }),
        false => json!({ "anyOf": [envelope(answer, json!({ "const": 0 })), refused] }),
    }
}

fn qzone_answer(answer: Value) -> Value {
    let mut done = answer;
    let first = [
        ("ret", json!({ "const": 0 })),
        ("msg", json!({ "type": "string" })),
    ];
    require(&mut done, &first);
    let refused = json!({
        "type": "object",
        "properties": { "ret": { "type": "integer" }, "msg": { "type": "string" } },
        "required": ["ret", "msg"],
    });
    json!({ "anyOf": [done, refused] })
}

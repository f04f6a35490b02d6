//! `docs/openapi.json`: all operations, described in OpenAPI 3.1.

mod envelope;
mod schema;

use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};
use weiquan::http::Function;
use weiquan::schema::{Failure, Kind, Param};
use weiquan::{okay, qzone, xweibo};
use xtask::files::Files;

use crate::family_params;
use crate::recorded::{Answer, answers};
use schema::{Schemas, set};

/// The file.
const NAME: &str = "docs/openapi.json";
/// The media type of a form, as most clients send it; and that of a form with a file.
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// What a gateway answers to more than it passes on, whatever the operation is.
const TOO_LONG: (&str, &str) = (
    "414",
    "The address has more than 10 KiB: send the parameters as a form.",
);
const TOO_LARGE: (&str, &str) = ("413", "The body is larger than the gateway passes on.");

pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    let description = describe(root)?;
    files.put(NAME, &(serde_json::to_string_pretty(&description)? + "\n"))
}

fn describe(root: &Path) -> Result<Value> {
    let mut description = Description::default();
    let answers = answers(root)?;
    for op in front::OKAY {
        description.add_okay(op, answers.get(op.package));
    }
    for op in front::XWEIBO {
        description.add_xweibo(op, answers.get(op.package));
    }
    for op in front::QZONE {
        description.add_qzone(op, answers.get(op.package));
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
        "paths": description.paths,
        "components": { "schemas": description.schemas.named(), "responses": description.responses },
    }))
}

/// What has been described so far.
#[derive(Default)]
struct Description {
    paths: Map<String, Value>,
    responses: Map<String, Value>,
    schemas: Schemas,
}

impl Description {
    fn add_okay(&mut self, op: &okay::Operation, answer: Option<&Answer>) {
        let operation = Operation {
            family: "OkayAPI",
            name: op.name,
            words: op.words,
            params: family_params::okay(op.login),
            own: op.params,
            failures: op.failures,
            answer,
        };
        let schema = envelope::okay(self.schemas.value(&op.answer));
        let content = json!({
            "application/json": { "schema": schema },
            "text/javascript": { "schema": { "type": "string" } },
        });
        self.add(op, &operation, &["get", "post"], content);
    }

    fn add_xweibo(&mut self, op: &xweibo::Operation, answer: Option<&Answer>) {
        let operation = Operation {
            family: "Xweibo",
            name: op.name,
            words: op.words,
            params: family_params::xweibo(),
            own: op.params,
            failures: op.failures,
            answer,
        };
        let schema = envelope::xweibo(self.schemas.value(&op.answer), op.bare);
        let mut content = json!({ "application/json": { "schema": schema } });
        if op.file().is_some() {
            // A page, where `callback` asks for it.
            let page = json!({ "schema": { "type": "string" } });
            set(&mut content, "text/html", page);
        }
        self.add(op, &operation, methods(op.get), content);
    }

    fn add_qzone(&mut self, op: &qzone::Operation, answer: Option<&Answer>) {
        let operation = Operation {
            family: "QZone",
            name: op.name,
            words: op.words,
            params: family_params::qzone(op.is_for_members()),
            own: op.params,
            failures: op.failures,
            answer,
        };
        let schema = envelope::qzone(self.schemas.value(&op.answer));
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
        self.add(op, &operation, methods(op.get), content);
    }

    /// Adds an operation under its addresses; `content` is its answer, by media type.
    fn add(
        &mut self,
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
        let answer = json!({ "description": description(operation.failures), "content": content });
        self.responses.insert(response.to_owned(), answer);
        for path in function.paths() {
            let described = methods.iter().map(|method| {
                let described = operation.described(method, response);
                ((*method).to_owned(), described)
            });
            self.paths.insert(path, Value::Object(described.collect()));
        }
    }
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

impl Operation<'_> {
    /// How it is called with `method`; it answers with the response of that name.
    fn described(&self, method: &str, response: &str) -> Value {
        let mut described = json!({
            "operationId": format!("{method} {}", self.name),
            "tags": [self.family],
            "summary": self.words,
            "responses": {
                "200": { "$ref": format!("#/components/responses/{response}") },
            },
        });
        let (sent, value, (status, words)) = match method {
            "get" => ("parameters", parameters(self), TOO_LONG),
            _ => ("requestBody", body(self), TOO_LARGE),
        };
        set(&mut described, sent, value);
        if let Some(responses) = described.get_mut("responses") {
            set(responses, status, json!({ "description": words }));
        }
        described
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

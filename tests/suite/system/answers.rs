//! Every operation answers what it declares: its sample is called, and each field of the answer is compared with the
//! declared one.

use serde_json::{Map, Value};
use weiquan::form_data;
use weiquan::http::Function;
use weiquan::schema::{Field, Schema};

use crate::support::World;
use crate::support::costs::sample;
use crate::support::recorded::recorded;

/// What does not fit; `more` are fields that a parameter asks for by name.
fn unfit(path: &str, schema: Schema, value: &Value, more: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    check(path, schema, value, more, &mut Vec::new(), &mut wrong);
    wrong
}

/// The objects around a value.
type Around = Vec<(&'static str, Schema)>;

fn check(
    path: &str,
    schema: Schema,
    value: &Value,
    more: &[&str],
    around: &mut Around,
    wrong: &mut Vec<String>,
) {
    match (schema, value) {
        (Schema::Any, _)
        | (Schema::Text, Value::String(_))
        | (Schema::Boolean, Value::Bool(_))
        | (Schema::Nullable(_), Value::Null) => {}
        (Schema::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
        (Schema::Nullable(schema), value) => check(path, *schema, value, more, around, wrong),
        (Schema::List(schema), Value::Array(items)) => {
            for item in items {
                check(&format!("{path}[]"), *schema, item, more, around, wrong);
            }
        }
        (Schema::Map(schema), Value::Object(fields)) => {
            for field in fields.values() {
                check(&format!("{path}.*"), *schema, field, more, around, wrong);
            }
        }
        (Schema::Reference(name), value) => {
            let known = around.iter().rev().find(|(own, _)| *own == name);
            let (_, schema) = *known.unwrap_or_else(|| panic!("{path}: {name} is not around it"));
            check(path, schema, value, more, around, wrong);
        }
        (Schema::Object { name, fields }, Value::Object(given)) => {
            around.push((name, schema));
            for field in fields {
                let path = format!("{path}.{}", field.name);
                match given.get(field.name) {
                    Some(value) => check(&path, field.schema, value, more, around, wrong),
                    None if field.optional => {}
                    None => wrong.push(format!("{path} is missing")),
                }
            }
            let numbered = fields.iter().find(|field| field.name == Field::NUMBERED);
            for (own, value) in given.iter().filter(|(own, _)| own.parse::<usize>().is_ok()) {
                if let Some(field) = numbered {
                    check(
                        &format!("{path}.{own}"),
                        field.schema,
                        value,
                        more,
                        around,
                        wrong,
                    );
                }
            }
            let is_known = |own: &&String| {
                fields.iter().any(|field| field.name == **own)
                    || more.contains(&own.as_str())
                    || (numbered.is_some() && own.parse::<usize>().is_ok())
            };
            let unknown = given.keys().filter(|own| !is_known(own));
            wrong.extend(unknown.map(|own| format!("{path}.{own} is not declared")));
            around.pop();
        }
        (schema, value) => wrong.push(format!("{path}: {value} is not {schema:?}")),
    }
}

/// The answer of an operation to its sample.
async fn answer(world: &World, function: &dyn Function) -> String {
    let reply = sample(world, function.package()).await;
    assert_eq!(reply.status, 200, "{}: {}", function.package(), reply.body);
    reply.body
}

/// The fields of an object behind those of its envelope.
fn without(envelope: &[&str], object: Value) -> Value {
    let Value::Object(mut fields) = object else {
        panic!("{object} is no object");
    };
    for name in envelope {
        let field = fields.remove(*name);
        assert!(field.is_some(), "{name} is missing");
    }
    Value::Object(fields)
}

#[tokio::test]
async fn okay_operations_answer_what_they_declare() {
    let world = World::with_content().await;
    let mut seen = Map::new();
    for operation in front::OKAY {
        let body: Value = serde_json::from_str(&answer(&world, *operation).await).unwrap();
        let data = without(&["err_code", "err_msg"], body["data"].clone());
        let selected = operation.params.iter().find(|p| p.name == "more_select");
        let more: Vec<_> = selected
            .and_then(|param| param.example)
            .map(|names| names.split(',').collect())
            .unwrap_or_default();
        let wrong = unfit("data", operation.answer, &data, &more);
        assert_eq!(wrong, Vec::<String>::new(), "{}", operation.name);
        seen.insert(operation.name.to_owned(), data);
    }
    // Lists without items would fit anything.
    for name in ["Market_Message.Show", "Market_Message.Replies"] {
        assert_ne!(seen[&format!("App.{name}")]["items"][0]["id"], Value::Null);
    }
    for name in ["ShowMoment", "GetMyMoment"] {
        let seen = &seen[&format!("App.Market_Minimoments.{name}")];
        assert_ne!(seen["items"][0]["id"], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn qzone_operations_answer_what_they_declare() {
    let world = World::with_content().await;
    for operation in front::QZONE {
        let body = answer(&world, *operation).await;
        let fields = match operation.shape {
            weiquan::qzone::Shape::Page => {
                assert!(body.contains("\"ret\":\"0\""), "{body}");
                Value::Object(Map::new())
            }
            weiquan::qzone::Shape::Data(_) => {
                without(&["ret", "msg"], serde_json::from_str(&body).unwrap())
            }
            weiquan::qzone::Shape::Form(_) => {
                let pairs = form_data::urlencoded(body.as_bytes()).unwrap().into_iter();
                pairs
                    .map(|(name, value)| (name, Value::from(value)))
                    .collect()
            }
        };
        let wrong = unfit("answer", operation.answer, &fields, &[]);
        assert_eq!(wrong, Vec::<String>::new(), "{}", operation.name);
    }
}

#[tokio::test]
async fn pages_answer_what_they_declare() {
    let world = World::with_content().await;
    for page in front::QZONE_PAGES {
        let Some(schema) = page.answer else { continue };
        let openid = world.demo.credentials().openid;
        let target = format!("{}?format=json", page.path.replace("{openid}", &openid));
        let reply = world.send(crate::support::Call::get(&target)).await;
        let wrong = unfit("answer", schema, &reply.json(), &[]);
        assert_eq!(wrong, Vec::<String>::new(), "{}", reply.body);
        assert_ne!(reply.json()["feeds"][0], Value::Null, "{}", reply.body);
    }
}

#[test]
fn what_does_not_fit_is_found() {
    use serde_json::json;
    use weiquan::schema::Field;

    const ITEM: Schema = Schema::Object {
        name: "Item",
        fields: &[
            Field::new("id", "", Schema::Integer),
            Field::new("child", "", Schema::List(&Schema::Reference("Item"))),
            Field::new("text", "", Schema::Nullable(&Schema::Text)),
            Field {
                optional: true,
                ..Field::new("flag", "", Schema::Boolean)
            },
        ],
    };
    let item = |id: Value, child: Value| json!({ "id": id, "child": child, "text": null });
    let good = item(json!(1), json!([item(json!(2), json!([]))]));
    assert_eq!(unfit("a", ITEM, &good, &[]), Vec::<String>::new());
    for (value, more, wrong) in [
        (json!([]), &[][..], "a: [] is not"),
        (item(json!(1.5), json!([])), &[], "a.id: 1.5 is not Integer"),
        (json!({ "id": 1, "child": [] }), &[], "a.text is missing"),
        (
            item(json!(1), json!([item(json!("2"), json!([]))])),
            &[],
            "a.child[].id: \"2\" is not Integer",
        ),
        (
            json!({ "id": 1, "child": [], "text": "t", "more": 1, "asked": 1 }),
            &["asked"],
            "a.more is not declared",
        ),
        (
            json!({ "id": 1, "child": [], "text": "t", "flag": 1 }),
            &[],
            "a.flag: 1 is not Boolean",
        ),
    ] {
        let found = unfit("a", ITEM, &value, more);
        assert!(found.len() == 1 && found[0].starts_with(wrong), "{found:?}");
    }
}

#[tokio::test]
async fn xweibo_operations_answer_what_they_declare() {
    let world = World::with_content().await;
    for operation in front::XWEIBO {
        let body = answer(&world, *operation).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        let given = if operation.bare { &body } else { &body["rst"] };
        let wrong = unfit("rst", operation.answer, given, &[]);
        assert_eq!(wrong, Vec::<String>::new(), "{}", operation.name);
    }
}

/// What every operation answers to its sample event: the examples of the documents.
#[tokio::test]
async fn sample_events_are_answered_as_recorded() {
    let mut lines = Vec::new();
    let okay = front::OKAY.iter().map(|op| op.package);
    let xweibo = front::XWEIBO.iter().map(|op| op.package);
    let qzone = front::QZONE.iter().map(|op| op.package);
    let world = World::with_content().await;
    for package in okay.chain(xweibo).chain(qzone) {
        let reply = sample(&world, package).await;
        let media_type = reply.headers["content-type"].split(';').next().unwrap();
        let line = [package, media_type, &reply.body];
        lines.push(serde_json::to_string(&line).unwrap());
    }
    recorded("answers", &lines.join("\n"));
}

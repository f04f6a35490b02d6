//! What each family puts around an operation's answer.

use serde_json::{Value, json};

use super::schema::require;

/// `data`, with two fields of its own before those of `answer`; without the envelope if the caller requested that.
pub fn okay(answer: Value) -> Value {
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

/// `rst` beside `errno` and `err`; without the envelope for an operation that is `bare`.
pub fn xweibo(answer: Value, bare: bool) -> Value {
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

/// The fields of `answer` after `ret` and `msg`.
pub fn qzone(answer: Value) -> Value {
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

//! The derives of parameters and answers: what is said of them, and in which order they are read.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use weiquan::event::Event;
use weiquan::http::Request;
use weiquan::okay::{Filled, Input, Object, Params, UpperHex};
use weiquan::qzone;
use weiquan::schema::{self, Answer, Kind, Param, Schema};

use crate::support::Call;

/// A group.
#[derive(Debug, PartialEq, Input)]
struct Pair {
    /// The first of the two,
    /// in two lines.
    left: Option<i64>,
    /// The second.
    #[param(required, range = ..=9)]
    right: Option<i64>,
}

#[derive(Debug, PartialEq, Input)]
struct Everything {
    /// A text. With two sentences.
    #[param(len = 2..=4, example = "text")]
    text: String,
    #[param(flatten)]
    pair: Pair,
    /// A word of Rust.
    r#type: Option<String>,
    /// Another name.
    #[param(name = "other-name", len = ..=3)]
    named: Filled,
    /// A number with a default.
    #[param(range = 1.., default = 7)]
    number: u64,
    /// A flag with a default.
    #[param(default = 1)]
    flag: bool,
    /// Texts.
    list: Vec<String>,
    /// An object.
    object: Option<Object>,
    /// Hex digits.
    hex: UpperHex,
}

fn read<T: for<'a> schema::Input<'a, Params>>(body: Value) -> Result<T, String> {
    let event = Event::new(Call::post("/").json(&body).0, Timestamp::UNIX_EPOCH);
    let request = Request::from(event);
    let (params, malformed) = Params::collect(&request);
    assert_eq!(malformed, None);
    T::read(&params).map_err(|error| error.msg())
}

#[test]
fn parameters_are_described_in_the_order_of_the_fields() {
    let described = <Everything as schema::Input<Params>>::PARAMS;
    let short: Vec<_> = described
        .iter()
        .map(|param| (param.name, param.kind, param.required))
        .collect();
    let int = |min, max, default| Kind::Int { min, max, default };
    assert_eq!(
        short,
        [
            ("text", Kind::Text { min: 2, max: 4 }, true),
            ("left", Kind::INT, false),
            ("right", int(i64::MIN, 9, None), true),
            ("type", Kind::TEXT, false),
            ("other-name", Kind::Text { min: 0, max: 3 }, false),
            ("number", int(1, i64::MAX, Some(7)), false),
            (
                "flag",
                Kind::Flag {
                    default: Some(true)
                },
                false
            ),
            ("list", Kind::List, false),
            ("object", Kind::Object, false),
            ("hex", Kind::TEXT, true),
        ]
    );
    let [text, left, ..] = described else {
        panic!("{described:?}");
    };
    assert_eq!(text.words, "A text. With two sentences");
    assert_eq!(text.example, Some("text"));
    assert_eq!(left.words, "The first of the two, in two lines");
    assert_eq!(left.example, None);
}

#[test]
fn what_is_absent_is_what_the_type_says() {
    let read: Everything = read(json!({"text": "好好", "right": -3, "hex": "0aF"})).unwrap();
    let expected = Everything {
        text: "好好".to_owned(),
        pair: Pair {
            left: None,
            right: Some(-3),
        },
        r#type: None,
        named: Filled(None),
        number: 7,
        flag: true,
        list: Vec::new(),
        object: None,
        hex: UpperHex("0AF".to_owned()),
    };
    assert_eq!(read, expected);
}

#[test]
fn what_is_there_is_read() {
    let all = json!({
        "text": "abcd", "left": "4x", "right": 9, "type": "", "other-name": "n", "number": "9",
        "flag": "no", "list": "a, b", "object": {"a": 1}, "hex": ""
    });
    let read: Everything = read(all).unwrap();
    let expected = Everything {
        text: "abcd".to_owned(),
        pair: Pair {
            left: Some(4),
            right: Some(9),
        },
        r#type: Some(String::new()),
        named: Filled(Some("n".to_owned())),
        number: 9,
        flag: false,
        list: vec!["a".to_owned(), "b".to_owned()],
        object: Some(Object(r#"{"a":1}"#.to_owned())),
        hex: UpperHex(String::new()),
    };
    assert_eq!(read, expected);
}

#[test]
fn the_first_field_that_is_refused_decides() {
    // Each is mended where the one before was refused: the fields of a group come in its place.
    let mut body = json!({
        "text": "a", "left": 1, "other-name": "abcd", "number": 0, "object": "[]"
    });
    for (name, mended, msg) in [
        (
            "text",
            json!("ab"),
            "text.len应该大于或等于2, 但现在text.len = 1",
        ),
        ("right", json!(10), "缺少必要参数right"),
        ("right", json!(1), "right应该小于等于9, 但现在right = 10"),
        (
            "other-name",
            json!(""),
            "other-name.len应该小于等于3, 但现在other-name.len = 4",
        ),
        (
            "number",
            json!(1),
            "number应该大于或等于1, 但现在number = 0",
        ),
        ("object", json!("{}"), "参数object的JSON数据格式错误"),
        ("hex", json!("f"), "缺少必要参数hex"),
    ] {
        let refused = read::<Everything>(body.clone()).unwrap_err();
        assert_eq!(refused, format!("客户端非法请求：{msg}"), "{body}");
        body[name] = mended;
    }
    read::<Everything>(body).unwrap();
}

/// Parameters that are parts of the call.
#[derive(Debug, qzone::Input)]
#[expect(dead_code, reason = "only its description is read")]
struct Borrowed<'a> {
    /// A text.
    #[param(required)]
    text: &'a str,
    /// A text that may be cut.
    cut: qzone::Cut<'a, 4>,
}

#[test]
fn a_type_with_a_lifetime_is_described_too() {
    let described: &[Param] = <Borrowed<'_> as schema::Input<qzone::Params>>::PARAMS;
    let names: Vec<_> = described
        .iter()
        .map(|param| (param.name, param.required))
        .collect();
    assert_eq!(names, [("text", true), ("cut", false)]);
}

#[derive(Serialize, Answer)]
struct Inner<'a> {
    /// A text.
    text: &'a str,
    /// Perhaps none.
    perhaps: Option<u64>,
}

#[derive(Serialize, Answer)]
struct Outer<'a> {
    /// Several.
    #[serde(rename = "list-of")]
    list: Vec<Inner<'a>>,
    #[serde(flatten)]
    inner: Inner<'a>,
    /// Left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    optional: Option<bool>,
    /// Something else than its type.
    #[answer(schema = Schema::Any)]
    r#type: &'a str,
}

#[test]
fn an_answer_is_described_as_it_is_written() {
    let inner = || Inner {
        text: "t",
        perhaps: None,
    };
    let outer = Outer {
        list: vec![inner()],
        inner: inner(),
        optional: Some(true),
        r#type: "x",
    };
    let written = serde_json::to_string(&outer).unwrap();
    let described = Outer::SCHEMA.fields();
    // In the order on the wire.
    let places = described
        .iter()
        .map(|field| written.rfind(&format!("\"{}\":", field.name)).unwrap());
    assert!(places.is_sorted(), "{written}");
    let kinds: Vec<_> = described
        .iter()
        .map(|field| format!("{} {:?} {}", field.name, field.schema, field.optional))
        .collect();
    let nested = format!("list-of List({:?}) false", Inner::SCHEMA);
    assert_eq!(
        kinds,
        [
            &*nested,
            "text Text false",
            "perhaps Nullable(Integer) false",
            "optional Boolean true",
            "type Any false",
        ]
    );
    assert_eq!(described[0].words, "Several");
}

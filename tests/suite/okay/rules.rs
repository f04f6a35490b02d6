//! What every parameter may be, the texts that refuse it, and which is told first (okayapi sections 4.1, 4.2, 5.1, 6.1,
//! 7.1 to 7.4).

use std::collections::BTreeMap;

use demo::OPEN_APP;
use serde_json::{Value, json};
use weiquan::okay::{Login, Operation};
use weiquan::schema::Kind;

use crate::support::okay::*;
use crate::support::{Call, World};

/// The parameters of every operation in documented order: a text of so many characters (`1-50`), a number (`1..100`) or
/// a JSON object. What must be there has a `!`. A session, which comes first, has rules of its own beside these.
const CONTRACT: &str = "
    App.Hello.World: name! 0-65536
    App.Market_Message.Post: message_content! 0-, message_nickname 0-32, message_key 0-64, message_pid 0.., more_data {}
    App.Market_Message.Replies: id! 1.., page 1.., perpage 1..100
    App.Market_Message.Show: message_key 0-64, page 1.., perpage 1..100
    App.Market_Minimoments.DeleteMoment: id! 1..
    App.Market_Minimoments.GetMyMoment: page 1.., perpage 1..100
    App.Market_Minimoments.GiveLike: id! 1..
    App.Market_Minimoments.PostMoment: moment_nickname! 0-100, moment_access! 0..2, more_data {}
    App.Market_Minimoments.ShowMoment: lastid 2.., perpage 1..100
    App.User.AlterPassword: username! 1-50, old_password! 32-32, new_password! 32-32
    App.User.Check:
    App.User.Login: username! 1-50, password! 32-32
    App.User.Logout:
    App.User.OtherProfile: other_uuid! 32-32
    App.User.Profile:
    App.User.Register: username! 1-50, password! 32-32, ext_info {}
    App.User.UpdateExtInfo: ext_info! {}";

/// Numbers as callers write them, and how they are read.
const NUMBERS: [(&str, i64); 20] = [
    ("0", 0),
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("100", 100),
    ("101", 101),
    ("1.9", 1),
    ("2nd", 2),
    ("3x", 3),
    ("100.9", 100),
    ("101abc", 101),
    ("abc", 0),
    ("0.9", 0),
    ("-0", 0),
    ("-1", -1),
    ("-1.5x", -1),
    ("9223372036854775807", i64::MAX),
    ("99999999999999999999", i64::MAX),
    ("-9223372036854775808", i64::MIN),
    ("", 0),
];
/// What is not the text of a JSON object, or of one that a reader could not read.
const BROKEN: [&str; 17] = [
    "{",
    "abc",
    "{\"a\":1",
    "{'a':1}",
    "{\"a\":1}x",
    "{a:1}",
    " ",
    "5",
    "\"text\"",
    "true",
    "null",
    "[1]",
    "[1,2]",
    "[{\"a\":1}]",
    r#"{"a":"\ud800"}"#,
    r#"{"a":["\udc00x"]}"#,
    "[[[[",
];

/// The rule of a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rule {
    name: &'static str,
    kind: Kind,
    required: bool,
}

impl Rule {
    fn read(text: &'static str) -> Self {
        let (name, limits) = text.split_once(' ').unwrap();
        let number = |text: &str| text.parse().ok();
        let kind = match (limits.split_once(".."), limits.split_once('-')) {
            (Some((min, max)), _) => {
                Kind::INT.range(number(min).unwrap(), number(max).unwrap_or(i64::MAX))
            }
            (_, Some((min, max))) => {
                Kind::TEXT.len(min.parse().unwrap(), max.parse().unwrap_or(usize::MAX))
            }
            _ => Kind::Object,
        };
        let required = name.ends_with('!');
        Self {
            name: name.trim_end_matches('!'),
            kind,
            required,
        }
    }

    /// Values, each with the text that refuses it, or none where it passes.
    fn values(&self) -> Vec<(String, Option<String>)> {
        let name = self.name;
        match self.kind {
            Kind::Int { min, max, .. } => {
                let of = |(text, value): (&str, i64)| {
                    let is_blank = text.is_empty() && !self.required;
                    let low = format!("{name}应该大于或等于{min}, 但现在{name} = {value}");
                    let high = format!("{name}应该小于等于{max}, 但现在{name} = {value}");
                    let refusal = (value < min)
                        .then_some(low)
                        .or((value > max).then_some(high));
                    (text.to_owned(), refusal.filter(|_| !is_blank))
                };
                NUMBERS.map(of).to_vec()
            }
            Kind::Text { min, max } => {
                let max = max.min(100_000);
                let of = |len: usize| {
                    let low = format!("{name}.len应该大于或等于{min}, 但现在{name}.len = {len}");
                    let high = format!("{name}.len应该小于等于{max}, 但现在{name}.len = {len}");
                    let refusal = (len < min).then_some(low).or((len > max).then_some(high));
                    ["A", "字"].map(|letter| (letter.repeat(len), refusal.clone()))
                };
                let lengths = [0, min.saturating_sub(1), min, max, max + 1].into_iter();
                let lengths = lengths.filter(|len| *len < 100_000);
                lengths.flat_map(of).collect()
            }
            _ => {
                let refusal = format!("参数{name}的JSON数据格式错误");
                let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
                let broken = BROKEN.into_iter().chain([&*deep]);
                let broken = broken.map(|text| (text.to_owned(), Some(refusal.clone())));
                let blank = (String::new(), self.required.then(|| refusal.clone()));
                let whole = ["{}", " {\"a\" : [1, {\"b\": null}]} "];
                let whole = whole.map(|text| (text.to_owned(), None));
                broken.chain([blank]).chain(whole).collect()
            }
        }
    }

    /// Values that are refused, the last of them with the text of each.
    fn bad(&self) -> Vec<(String, String)> {
        self.values()
            .into_iter()
            .filter_map(|(value, text)| Some((value, text?)))
            .collect()
    }
}

fn contract() -> BTreeMap<&'static str, Vec<Rule>> {
    let of = |line: &'static str| {
        let (name, rules) = line.split_once(':').unwrap();
        let rules = rules
            .split(", ")
            .map(str::trim)
            .filter(|rule| !rule.is_empty());
        (name.trim(), rules.map(Rule::read).collect())
    };
    CONTRACT.lines().skip(1).map(of).collect()
}

/// Every operation with its rules, those of a session before the others.
fn operations() -> impl Iterator<Item = (&'static Operation, Vec<Rule>)> {
    front::OKAY.iter().map(|operation| {
        let session = ["uuid! 32-32", "token! 64-64"].into_iter();
        let session = session.filter(|_| operation.login == Login::Required);
        let own = contract().remove(operation.name).unwrap();
        (*operation, session.map(Rule::read).chain(own).collect())
    })
}

#[test]
fn the_declarations_are_those_of_the_contract() {
    let declared = front::OKAY.iter().map(|operation| {
        let rules = operation.params.iter().map(|param| {
            let kind = match param.kind {
                Kind::Int { min, max, .. } => Kind::INT.range(min, max),
                other => other,
            };
            Rule {
                name: param.name,
                kind,
                required: param.required,
            }
        });
        // What may be left out and be anything has no rule.
        let is_free = |kind| {
            [Kind::TEXT, Kind::INT, Kind::List].contains(&kind) || matches!(kind, Kind::Flag { .. })
        };
        (
            operation.name,
            rules
                .filter(|rule| rule.required || !is_free(rule.kind))
                .collect(),
        )
    });
    assert_eq!(declared.collect::<BTreeMap<_, Vec<_>>>(), contract());
}

#[tokio::test]
async fn the_first_parameter_that_is_missing_is_named() {
    let world = World::new().await;
    let before = stored(&world).await;
    for (operation, rules) in operations() {
        let all = with(&sample(&world, operation), "app_key", OPEN_APP);
        let required = rules
            .iter()
            .filter(|rule| rule.required)
            .map(|rule| rule.name);
        let required: Vec<_> = ["app_key"].into_iter().chain(required).collect();
        for (present, name) in required.iter().enumerate() {
            let mut first = all.clone();
            first.retain(|(other, _)| required[..present].contains(other));
            let rest = without(&all, name);
            let mut null = object(&rest);
            null[*name] = Value::Null;
            let path = path(operation.name);
            for call in [
                Call::post(&path).form(&first),
                Call::get(&path).query(&rest),
                Call::post(&path).multipart(&rest),
                Call::post(&path).json(&null),
            ] {
                assert_invalid(&world.send(call).await, 400, &format!("缺少必要参数{name}"));
            }
        }
    }
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn the_first_rule_that_fails_is_told_with_its_limit() {
    let world = World::new().await;
    let before = stored(&world).await;
    for (operation, rules) in operations() {
        for (index, rule) in rules.iter().enumerate() {
            // All before it are good, all after it are bad.
            let behind: Vec<_> = rules[index + 1..]
                .iter()
                .filter_map(|rule| Some((rule.name, rule.bad().pop()?.0)))
                .collect();
            let mut params = sample(&world, operation);
            for (name, value) in &behind {
                params = with(&params, name, value);
            }
            for (value, text) in rule.bad() {
                let params = with(&params, rule.name, &value);
                for call in [get(operation.name, &params), post(operation.name, &params)] {
                    assert_invalid(&world.send(call).await, 400, &text);
                }
            }
        }
    }
    assert_eq!(stored(&world).await, before);
}

#[tokio::test]
async fn what_keeps_the_rules_is_not_refused() {
    let world = World::new().await;
    for (operation, rules) in operations() {
        for rule in rules
            .iter()
            .filter(|rule| !["uuid", "token"].contains(&rule.name))
        {
            for (value, _) in rule.values().into_iter().filter(|(_, text)| text.is_none()) {
                let params = with(&sample(&world, operation), rule.name, &value);
                for call in [get(operation.name, &params), post(operation.name, &params)] {
                    let reply = world.send(call).await;
                    assert_eq!(
                        reply.json()["ret"],
                        200,
                        "{} {rule:?} {value} {}",
                        operation.name,
                        reply.body
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn values_of_json_are_checked_like_texts() {
    let world = World::new().await;
    let objects = [
        (json!({"a": 1}), true),
        (json!({}), true),
        (json!("{\"a\":1}"), true),
        (json!([1]), false),
        (json!(5), false),
        (json!("{"), false),
    ];
    for (operation, rules) in operations() {
        for rule in rules {
            let values = match rule.kind {
                Kind::Int { min, max, .. } => {
                    let numbers = [0, 1, 2, 3, 101, -3].into_iter();
                    let is_good = |number| (min..=max).contains(&number);
                    let numbers = numbers.map(|number| (json!(number), is_good(number)));
                    numbers.chain([(json!("x"), is_good(0))]).collect()
                }
                Kind::Object => objects.to_vec(),
                _ => continue,
            };
            for (value, is_good) in values {
                let sample = with(&sample(&world, operation), "app_key", OPEN_APP);
                let mut body = object(&sample);
                body[rule.name] = value.clone();
                let call = Call::post(&path(operation.name)).json(&body);
                let ret = if is_good { 200 } else { 400 };
                let reply = world.send(call).await;
                assert_eq!(reply.json()["ret"], ret, "{rule:?} {value} {}", reply.body);
            }
        }
    }
}

#[tokio::test]
async fn the_key_of_the_app() {
    let world = World::new().await;
    for (operation, _) in operations() {
        let params = with(&sample(&world, operation), "s", operation.name);
        let call = |length| Call::post("/").form(&with(&params, "app_key", &"K".repeat(length)));
        for length in [0, 1, 31] {
            let text = format!("app_key.len应该大于或等于32, 但现在app_key.len = {length}");
            assert_invalid(&world.send(call(length)).await, 400, &text);
        }
        for length in [32, 33, 64, 5000] {
            let text = "非法app_key，请核对你所在的接口域名";
            assert_refused(&world.send(call(length)).await, 406, text);
        }
    }
}

#[tokio::test]
async fn the_order_is_never_refused() {
    let world = World::new().await;
    let first = comment(&world, &[("message_content", "1")]).await;
    let second = comment(&world, &[("message_content", "2")]).await;
    for order in ["", "0", "1", "3", "-1", "abc", "1.9", "9223372036854775807"] {
        let data = show(&world, &[("order", order)]).await;
        assert_eq!(data["items"][0]["id"], first, "{order}");
    }
    for order in ["2", "2.9", "2x"] {
        let data = show(&world, &[("order", order)]).await;
        assert_eq!(data["items"][0]["id"], second, "{order}");
    }
}

#[tokio::test]
async fn the_text_of_a_message_is_required_and_may_be_empty() {
    let world = World::new().await;
    let reply = world.send(post(POST, &[])).await;
    assert_invalid(&reply, 400, "缺少必要参数message_content");
    let id = posted_id(&world.send(post(POST, &[("message_content", "")])).await);
    let data = show(&world, &[]).await;
    assert_eq!(data["items"][0]["id"], id);
    assert_eq!(data["items"][0]["message_content"], "");
}

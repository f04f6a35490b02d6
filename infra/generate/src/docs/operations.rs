//! The operations of all families, as their pages show them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use demo::Credentials;
use serde_json::{Value, json};
use weiquan::form_data;
use weiquan::http::Function;
use weiquan::okay::Login;
use weiquan::qzone::Handle;
use weiquan::schema::{Failure, Param, Schema};

use super::costs::{self, Cost};
use super::errors::Errors;
use super::indented::indented;
use super::kinds;
use super::words::In;
use crate::recorded::{self, Answer};

/// The operation whose sample ends the login of its caller.
const LOGOUT: &str = "App.User.Logout";
/// The methods of an operation that takes GET, too; and of one that does not.
const BOTH: &[&str] = &["POST", "GET"];
const POST: &[&str] = &["POST"];

/// What all pages are made with.
struct Source<'a> {
    words: &'a In<'a>,
    errors: &'a Errors,
    answers: BTreeMap<String, Answer>,
    costs: Vec<Cost>,
    demo: Credentials,
}

/// A page in the making.
struct Page<'a> {
    function: &'static dyn Function,
    family: &'static str,
    group: &'static str,
    /// The name that is signed, or the address.
    name: &'static str,
    words: &'static str,
    methods: &'static [&'static str],
    signature: &'static str,
    notes: Vec<String>,
    credentials: Vec<Credential<'a>>,
    params: &'static [Param],
    root: &'static str,
    answer: Option<Schema>,
    /// The names of an error's number.
    code: &'static str,
    failures: &'static [Failure],
    /// Examples that stand nowhere in the declaration.
    examples: Vec<(String, String)>,
}

/// A key or a secret of the caller.
struct Credential<'a> {
    name: &'static str,
    is_secret: bool,
    is_required: bool,
    example: &'a str,
}

const fn key<'a>(name: &'static str, example: &'a str) -> Credential<'a> {
    Credential {
        name,
        is_secret: false,
        is_required: true,
        example,
    }
}

const fn secret<'a>(name: &'static str, example: &'a str) -> Credential<'a> {
    Credential {
        is_secret: true,
        ..key(name, example)
    }
}

const fn optional<'a>(credential: Credential<'a>) -> Credential<'a> {
    Credential {
        is_required: false,
        ..credential
    }
}

/// All pages, in the families' order.
pub fn all(root: &Path, words: &In<'_>, errors: &Errors) -> Result<Vec<Value>> {
    let source = Source {
        words,
        errors,
        answers: recorded::answers(root)?,
        costs: costs::read(root)?,
        demo: demo::describe("", "", "").credentials(),
    };
    let okay = front::OKAY.iter().map(|op| source.okay(op));
    let xweibo = front::XWEIBO.iter().map(|op| source.xweibo(op));
    let qzone = front::QZONE.iter().map(|op| source.qzone(op));
    let pages = front::QZONE_PAGES.iter().map(|page| source.page(page));
    let all: Vec<Page<'_>> = okay.chain(xweibo).chain(qzone).chain(pages).collect();
    for cost in &source.costs {
        let of = all.iter().filter(|page| cost.is_of(page.name)).count();
        let name = &cost.operation;
        ensure!(of == 1, "the cost of `{name}` is that of {of} operations");
    }
    all.iter().map(|page| source.value(page)).collect()
}

impl Source<'_> {
    fn okay(&self, op: &'static weiquan::okay::Operation) -> Page<'_> {
        let demo = &self.demo;
        let mut credentials = vec![
            key("app_key", &demo.okay.0),
            optional(secret("app_secrect", &demo.okay.1)),
        ];
        let login = match op.name {
            LOGOUT => &demo.spare_session,
            _ => &demo.session,
        };
        let login = [key("uuid", &login.0), secret("token", &login.1)];
        let (login, said) = match op.login {
            Login::Required => (login.into(), "`uuid` and `token` are required"),
            Login::Optional => (
                login.map(optional).into(),
                "`uuid` and `token` are optional, and checked when both are sent",
            ),
            Login::Recognised => (
                login.map(optional).into(),
                "`uuid` and `token` are optional; a live login is recognised, anything else is as none",
            ),
            Login::Ignored | Login::Unread => (
                Vec::new(),
                "`uuid` and `token` are accepted, and not needed",
            ),
        };
        credentials.extend(login);
        Page {
            function: op,
            family: "okay",
            group: "okay",
            name: op.name,
            words: op.words,
            methods: BOTH,
            signature: "okay",
            notes: vec![self.words.of(said)],
            credentials,
            params: op.params,
            root: "data",
            answer: Some(op.answer),
            code: "err_code",
            failures: op.failures,
            examples: Vec::new(),
        }
    }

    fn xweibo(&self, op: &'static weiquan::xweibo::Operation) -> Page<'_> {
        let (akey, skey, extra) = &self.demo.xweibo;
        let mut notes = Vec::new();
        if !op.aliases.is_empty() {
            let all = op.aliases.join(", ");
            notes.push(
                self.words
                    .two(format!("Also spelled {all}"), format!("也写作 {all}")),
            );
        }
        if op.bare {
            notes.push(self.words.of("the answer of a success has no envelope"));
        }
        Page {
            function: op,
            family: "xweibo",
            group: "xweibo",
            name: op.name,
            words: op.words,
            methods: if op.get { BOTH } else { POST },
            signature: "xweibo",
            notes,
            credentials: vec![
                key("api_uid", &self.demo.site_uid),
                key("akey", akey),
                secret("skey", skey),
                optional(secret("api_key", extra)),
            ],
            params: op.params,
            root: "rst",
            answer: Some(op.answer),
            code: "errno",
            failures: op.failures,
            examples: Vec::new(),
        }
    }

    fn qzone(&self, op: &'static weiquan::qzone::Operation) -> Page<'_> {
        let demo = &self.demo;
        let mut credentials = vec![
            key("oauth_consumer_key", &demo.consumer.0),
            secret("consumer_secret", &demo.consumer.1),
        ];
        let mut examples = Vec::new();
        let group = match op.handle {
            Handle::Site(_) => "request-token",
            Handle::RequestToken(_) => {
                let (token, token_secret, vericode) = &demo.allowed_token;
                credentials.push(secret("token_secret", token_secret));
                examples.push(("oauth_token".to_owned(), token.clone()));
                examples.push(("oauth_vericode".to_owned(), vericode.clone()));
                "access-token"
            }
            Handle::Member(_) => {
                credentials.push(key("oauth_token", &demo.token.0));
                credentials.push(secret("token_secret", &demo.token.1));
                credentials.push(key("openid", &demo.openid));
                "api"
            }
        };
        credentials.push(optional(key("base_url", "")));
        Page {
            function: op,
            family: "qzone",
            group,
            name: op.name,
            words: op.words,
            methods: if op.get { BOTH } else { POST },
            signature: "oauth",
            notes: Vec::new(),
            credentials,
            params: op.params,
            root: "answer",
            answer: Some(op.answer),
            code: "ret",
            failures: op.failures,
            examples,
        }
    }

    /// A page for members. It is tried by opening it.
    fn page(&self, page: &'static weiquan::qzone::Page) -> Page<'_> {
        let event = demo::event(page, "", None);
        let query = event.raw_query_string.as_bytes();
        let mut examples = form_data::urlencoded(query).unwrap_or_default();
        let parts = page.path.split('/').zip(event.raw_path.split('/'));
        examples.extend(parts.filter_map(|(name, value)| {
            let name = name.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), value.to_owned()))
        }));
        Page {
            function: page,
            family: "qzone",
            group: "authorize",
            name: page.path,
            words: page.words,
            methods: &["GET"],
            signature: "none",
            notes: vec![
                self.words
                    .of("a page for members, to be opened in a browser"),
            ],
            credentials: Vec::new(),
            params: page.params,
            root: "answer",
            answer: page.answer,
            code: "ret",
            failures: page.failures,
            examples,
        }
    }

    fn value(&self, page: &Page<'_>) -> Result<Value> {
        let words = self.words;
        let package = page.function.package();
        let costs = self.costs.iter().filter(|cost| cost.is_of(page.name));
        let costs: Vec<Value> = costs
            .map(|cost| json!({ "words": words.of(&cost.words), "numbers": cost.numbers }))
            .collect();
        let failures = page.failures.iter();
        let failures: Vec<Value> = failures
            .map(|failure| self.errors.of_operation(page.code, failure, words))
            .collect();
        let credentials = page.credentials.iter().map(|one| {
            json!({
                "name": one.name,
                "is_secret": one.is_secret,
                "is_required": one.is_required,
                "example": one.example,
            })
        });
        let answer = self.answers.get(package).map(|answer| {
            let is_json = answer.media_type == "application/json";
            let body = if is_json {
                indented(&answer.body)
            } else {
                answer.body.clone()
            };
            json!({ "media_type": answer.media_type, "body": body })
        });
        let paths = page.function.paths();
        let path = paths
            .first()
            .with_context(|| format!("{package} has no address"))?;
        Ok(json!({
            "answer": answer,
            "costs": costs,
            "credentials": credentials.collect::<Vec<_>>(),
            "errors": failures,
            "family": page.family,
            "fields": page.answer.map(|answer| match (answer, answer.fields()) {
                (Schema::Object { .. }, []) => Vec::new(),
                _ => kinds::fields(page.root, answer, words),
            }).unwrap_or_default(),
            "group": page.group,
            "methods": page.methods,
            "name": page.name,
            "notes": page.notes,
            "package": package,
            "page": name_of_page(page.name),
            "params": self.params(page, path),
            "paths": paths,
            "signature": page.signature,
            "words": words.of(page.words),
        }))
    }

    /// The parameters with their examples, those of the path first.
    fn params(&self, page: &Page<'_>, path: &str) -> Vec<Value> {
        let is_in_path = |name: &str| path.contains(&format!("{{{name}}}"));
        let of_path = page.examples.iter().filter(|(name, _)| is_in_path(name));
        let of_path = of_path.map(|(name, example)| {
            let param = Param {
                words: "the member, as the site knows them",
                required: true,
                ..Param::NONE
            };
            kinds::param(name, &param, Some(example), true, self.words)
        });
        let own = page.params.iter().map(|param| {
            let example = page.examples.iter().find(|(name, _)| name == param.name);
            let example = example.map(|(_, example)| example.as_str());
            let example = example.or(param.example);
            kinds::param(param.name, param, example, false, self.words)
        });
        of_path.chain(own).collect()
    }
}

/// The name of an operation's page: its own, or the last part of its address that is the same for all.
fn name_of_page(name: &str) -> &str {
    let mut parts = name.rsplit('/').filter(|part| !part.starts_with('{'));
    parts.next().unwrap_or(name)
}

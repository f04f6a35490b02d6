//! Errors: when they come, and what to do about them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, iter};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use weiquan::qzone::Step;
use weiquan::schema::Failure;
use weiquan::{qzone, xweibo};

use super::words::In;
use crate::family_params::{self, FamilyParam};
use crate::reference::{okay_errors, qzone_errors};

/// What to do about errors, by hand.
const TABLE: &str = "infra/generate/words/errors.json";

/// The table.
#[derive(Deserialize)]
struct Table {
    /// When an error of a family comes and what to do, by its text on the wire.
    families: BTreeMap<String, (String, String)>,
    /// What to do about an operation's failure, by when it comes.
    operations: BTreeMap<String, String>,
}

/// What is known about errors, and which of it was asked for.
pub struct Errors {
    table: Table,
    used: RefCell<BTreeSet<String>>,
    missing: RefCell<BTreeSet<String>>,
}

impl Errors {
    /// Reads the table.
    pub fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(TABLE)).context(TABLE)?;
        Ok(Self {
            table: serde_json::from_str(&text).context(TABLE)?,
            used: RefCell::default(),
            missing: RefCell::default(),
        })
    }

    /// What is in the table, and nobody has asked for.
    pub fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        let all = self
            .table
            .families
            .keys()
            .chain(self.table.operations.keys());
        all.filter(|key| !used.contains(*key)).cloned().collect()
    }

    /// What was asked for, and is not in the table.
    pub fn missing(&self) -> Vec<String> {
        self.missing.borrow().iter().cloned().collect()
    }

    /// An error of a family; `name` is the field of its number.
    fn of_family(&self, name: &str, code: i64, text: &str, words: &In<'_>) -> Value {
        self.used.borrow_mut().insert(text.to_owned());
        let none = || {
            self.missing.borrow_mut().insert(text.to_owned());
            Default::default()
        };
        let (when, remedy) = self.table.families.get(text).cloned().unwrap_or_else(none);
        error(name, (code, text), [&when, &remedy], words)
    }

    /// A failure of an operation; `name` is the field of its number.
    pub fn of_operation(&self, name: &str, failure: &Failure, words: &In<'_>) -> Value {
        self.used.borrow_mut().insert(failure.when.to_owned());
        let none = || {
            self.missing.borrow_mut().insert(failure.when.to_owned());
            String::new()
        };
        let remedy = self.table.operations.get(failure.when).cloned();
        let remedy = remedy.unwrap_or_else(none);
        let wire = (failure.code, failure.text);
        error(name, wire, [failure.when, &remedy], words)
    }
}

fn error(name: &str, (code, text): (i64, &str), said: [&str; 2], words: &In<'_>) -> Value {
    let [when, remedy] = said.map(|said| words.of(said));
    json!({ "name": name, "code": code, "text": text, "when": when, "remedy": remedy })
}

/// What all operations of a group take and may answer, by the group's name.
pub fn groups(words: &In<'_>, errors: &Errors) -> Value {
    let okay = okay_errors();
    // What is said of a parameter differs, so the row has no text.
    let okay = iter::once((400, String::new())).chain(
        okay.iter()
            .map(|error| (i64::from(error.ret()), error.msg())),
    );
    let xweibo = xweibo::Error::of_all();
    let xweibo = xweibo.iter().map(|error| {
        let (errno, err) = error.wire();
        (errno, err.to_owned())
    });
    let mut groups = Map::new();
    let okay = group(&family_params::OKAY, "ret", okay, words, errors);
    groups.insert("okay".to_owned(), okay);
    let xweibo = group(&family_params::XWEIBO, "errno", xweibo, words, errors);
    groups.insert("xweibo".to_owned(), xweibo);
    for (name, step) in STEPS {
        let all = qzone_errors();
        let own = all.iter().filter(|(_, steps)| steps.contains(&step));
        let own = own.map(|(error, _): &(qzone::Error, _)| {
            let (ret, msg) = error.wire(step);
            (ret, msg.to_owned())
        });
        let params: &[FamilyParam] = match step {
            Step::Authorize => &[],
            _ => &family_params::QZONE,
        };
        let own = group(params, "ret", own, words, errors);
        groups.insert(name.to_owned(), own);
    }
    Value::Object(groups)
}

/// The steps of QZone's protocol, by the names of their groups.
const STEPS: [(&str, Step); 4] = [
    ("request-token", Step::RequestToken),
    ("authorize", Step::Authorize),
    ("access-token", Step::AccessToken),
    ("api", Step::Api),
];

fn group(
    params: &[FamilyParam],
    name: &str,
    all: impl Iterator<Item = (i64, String)>,
    words: &In<'_>,
    errors: &Errors,
) -> Value {
    let all: Vec<Value> = all
        .map(|(code, text)| errors.of_family(name, code, &text, words))
        .collect();
    let params: Vec<Value> = params
        .iter()
        .map(|common| json!({ "label": common.label, "words": words.of(common.words) }))
        .collect();
    json!({ "params": params, "errors": all })
}

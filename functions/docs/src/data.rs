//! What `cargo xtask generate` has written of the declarations.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use weiquan::html::Language;

/// Everything that is known, in one language.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Data {
    /// What the operations of a group have in common.
    pub groups: BTreeMap<String, Group>,
    /// The operations of all families.
    pub operations: Vec<Operation>,
}

/// What the operations of a group have in common.
#[derive(Default, Deserialize)]
pub struct Group {
    /// The parameters that each of them takes.
    pub params: Vec<Common>,
    /// The errors that each of them may answer.
    pub errors: Vec<Error>,
}

/// A parameter of every operation of a group.
#[derive(Deserialize)]
pub struct Common {
    /// Its names.
    pub label: String,
    /// What it means.
    pub words: String,
}

/// An error.
#[derive(Deserialize)]
pub struct Error {
    /// The field of its number: `ret`, `err_code` or `errno`.
    pub name: String,
    /// Its number.
    pub code: i64,
    /// Its text on the wire.
    pub text: String,
    /// When it comes.
    pub when: String,
    /// What to do about it.
    pub remedy: String,
}

/// An operation, or a page for members.
#[derive(Deserialize)]
pub struct Operation {
    /// The package of its function.
    pub package: String,
    /// The name of its page.
    pub page: String,
    /// `okay`, `xweibo` or `qzone`.
    pub family: String,
    /// The name of its group.
    pub group: String,
    /// Its name, or its address.
    pub name: String,
    /// What it does.
    pub words: String,
    /// Its addresses.
    pub paths: Vec<String>,
    /// The methods that it takes, the usual one first.
    pub methods: Vec<String>,
    /// `okay`, `xweibo`, `oauth` or `none`.
    pub signature: String,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// The keys and secrets of a caller.
    pub credentials: Vec<Credential>,
    /// Its own parameters.
    pub params: Vec<Param>,
    /// The fields of its answer.
    pub fields: Vec<Field>,
    /// Its own failures.
    pub errors: Vec<Error>,
    /// An answer.
    pub answer: Option<Answer>,
    /// What calls cost.
    pub costs: Vec<Cost>,
}

/// A key or a secret of a caller.
#[derive(Deserialize)]
pub struct Credential {
    /// Its name.
    pub name: String,
    /// Whether it is a secret.
    pub is_secret: bool,
    /// Whether a call needs it.
    pub is_required: bool,
    /// That of the demo data.
    pub example: String,
}

/// A parameter.
#[derive(Deserialize)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type, in words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its limits, in words.
    pub limits: String,
    /// Its value where it is not sent.
    pub default: Option<i64>,
    /// Whether it is required.
    pub required: bool,
    /// What it means.
    pub words: String,
    /// A value.
    pub example: Option<String>,
    /// Whether it is a file.
    pub is_file: bool,
    /// Whether it is the text of a JSON object.
    pub is_object: bool,
    /// Whether it is an MD5.
    pub is_md5: bool,
    /// Whether it is a part of the address.
    pub is_in_path: bool,
}

/// A field of an answer.
#[derive(Deserialize)]
pub struct Field {
    /// Where it is.
    pub path: String,
    /// Its type, in words.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it means.
    pub words: String,
}

/// An answer.
#[derive(Deserialize)]
pub struct Answer {
    /// Its media type.
    pub media_type: String,
    /// Its text, with line breaks.
    pub body: String,
}

/// What a call costs.
#[derive(Deserialize)]
pub struct Cost {
    /// What was called, if it says more than the name of the operation.
    pub words: String,
    /// Round trips, read units and write units.
    pub numbers: [String; 3],
}

impl Data {
    /// The data in a language.
    pub fn of(language: Language) -> &'static Self {
        static CHINESE: OnceLock<Data> = OnceLock::new();
        static ENGLISH: OnceLock<Data> = OnceLock::new();
        // What cannot be read is empty: a test reads it.
        let read = |text: &str| serde_json::from_str(text).unwrap_or_default();
        match language {
            Language::Chinese => CHINESE.get_or_init(|| read(include_str!("../data/zh.json"))),
            Language::English => ENGLISH.get_or_init(|| read(include_str!("../data/en.json"))),
        }
    }

    /// The operation with that page.
    pub fn operation(&self, page: &str) -> Option<&Operation> {
        self.operations.iter().find(|op| op.page == page)
    }
}

impl Operation {
    /// The demo data's value of a credential.
    pub fn credential(&self, name: &str) -> &str {
        let known = self.credentials.iter().find(|own| own.name == name);
        known.map_or("", |own| own.example.as_str())
    }

    /// The address of its page.
    pub fn address(&self) -> String {
        format!("/docs/{}", self.page)
    }
}

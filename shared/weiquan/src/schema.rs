//! How operations describe their parameters and answers. The structs that are read and written are the only
//! description: the checks, the sample events, the pages and the OpenAPI description are made from them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
pub use weiquan_macros::Answer;

/// One parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub words: &'static str,
    /// The rule for its value.
    pub kind: Kind,
    /// Whether it is required.
    pub required: bool,
    /// The value in a sample event.
    pub example: Option<&'static str>,
}

impl Param {
    /// A placeholder for a parameter that is not known yet.
    pub const NONE: Self = Self {
        name: "",
        words: "",
        kind: Kind::TEXT,
        required: false,
        example: None,
    };
}

/// The rule for the value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text of `min` to `max` characters.
    Text {
        /// The least number of characters.
        min: usize,
        /// The largest number of characters.
        max: usize,
    },
    /// A whole number of `min` to `max`.
    Int {
        /// The least value.
        min: i64,
        /// The largest value.
        max: i64,
        /// The value of an absent or empty parameter.
        default: Option<i64>,
    },
    /// Yes or no, in any spelling that clients send.
    Flag {
        /// The value of an absent or empty parameter.
        default: Option<bool>,
    },
    /// Several texts, separated by commas.
    List,
    /// The text of a JSON object.
    Object,
    /// A file of a multipart form.
    File,
}

impl Kind {
    /// A text of any length.
    pub const TEXT: Self = Self::Text {
        min: 0,
        max: usize::MAX,
    };
    /// Any whole number.
    pub const INT: Self = Self::Int {
        min: i64::MIN,
        max: i64::MAX,
        default: None,
    };
    /// Yes or no.
    pub const FLAG: Self = Self::Flag { default: None };

    /// The same text rule with a minimum and a maximum number of characters.
    pub const fn len(self, min: usize, max: usize) -> Self {
        match self {
            Self::Text { .. } => Self::Text { min, max },
            other => other,
        }
    }

    /// The same number rule with a minimum and a maximum value.
    pub const fn range(self, min: i64, max: i64) -> Self {
        match self {
            Self::Int { default, .. } => Self::Int { min, max, default },
            other => other,
        }
    }

    /// The same rule with the value of an absent parameter: 0 or 1 for a flag.
    pub const fn default(self, value: i64) -> Self {
        match self {
            Self::Int { min, max, .. } => Self::Int {
                min,
                max,
                default: Some(value),
            },
            Self::Flag { .. } => Self::Flag {
                default: Some(value != 0),
            },
            other => other,
        }
    }
}

/// The parameters of a call of one family.
pub trait Source {
    /// The error if they cannot be read.
    type Error;
}

/// The parameters of an operation. Derive it with `#[derive(Input)]` of the family.
pub trait Input<'a, S: Source>: Sized {
    /// All of them, in documented order.
    const PARAMS: &'static [Param];

    /// Reads them in that order. The first one that is refused is the error.
    fn read(source: &'a S) -> Result<Self, S::Error>;
}

/// The type of a parameter, which sets the rule for its value.
pub trait FromParam<'a, S: Source>: Sized {
    /// The rule, unless the attributes give another.
    const KIND: Kind;
    /// Whether it is required, unless the attributes say otherwise.
    const REQUIRED: bool = false;

    /// Reads the parameter that `param` describes.
    fn read(source: &'a S, param: &Param) -> Result<Self, S::Error>;
}

/// An operation without parameters.
pub struct Nothing;

impl<'a, S: Source> Input<'a, S> for Nothing {
    const PARAMS: &'static [Param] = &[];

    fn read(_source: &'a S) -> Result<Self, S::Error> {
        Ok(Self)
    }
}

/// The type of a value in an answer.
#[derive(Debug, Clone, Copy)]
pub enum Schema {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Anything.
    Any,
    /// That type, or `null`.
    Nullable(&'static Schema),
    /// A list of that type.
    List(&'static Schema),
    /// A map with values of that type. The names differ from call to call.
    Map(&'static Schema),
    /// Named fields.
    Object {
        /// Its name in the list of schemas.
        name: &'static str,
        /// Its fields, in order.
        fields: &'static [Field],
    },
    /// A reference to the object of that name, from inside itself.
    Reference(&'static str),
}

impl Schema {
    /// The fields of an object; empty for any other type.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Object { fields, .. } => fields,
            _ => &[],
        }
    }

    /// Whether an object has a field of that name.
    pub fn has_field(self, name: &str) -> bool {
        self.fields().iter().any(|field| field.name == name)
    }

    /// The same type without `null`.
    pub const fn without_null(self) -> Self {
        match self {
            Self::Nullable(schema) => *schema,
            other => other,
        }
    }
}

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub words: &'static str,
    /// Its type.
    pub schema: Schema,
    /// Whether it may be missing.
    pub optional: bool,
}

impl Field {
    /// The name that means any name that is a number.
    pub const NUMBERED: &str = "*";
    /// A placeholder for a field that is not known yet.
    pub const NONE: Self = Self::new("", "", Schema::Any);

    /// A field that is always there.
    pub const fn new(name: &'static str, words: &'static str, schema: Schema) -> Self {
        Self {
            name,
            words,
            schema,
            optional: false,
        }
    }
}

/// The answer of an operation. Derive it with `#[derive(Answer)]`.
pub trait Answer {
    /// Its type in JSON.
    const SCHEMA: Schema;
}

/// Implements [`Answer`] for types that are written as one kind of value.
macro_rules! answers {
    ($($schema:ident: $($ty:ty),+;)+) => {
        $($(impl Answer for $ty {
            const SCHEMA: Schema = Schema::$schema;
        })+)+
    };
}

answers! {
    Text: String, &'static str;
    Integer: u8, u16, u32, u64, i64, usize;
    Boolean: bool;
    Any: Box<RawValue>;
}

impl<T: Answer> Answer for Option<T> {
    const SCHEMA: Schema = Schema::Nullable(&T::SCHEMA);
}

impl<T: Answer> Answer for Vec<T> {
    const SCHEMA: Schema = Schema::List(&T::SCHEMA);
}

impl<T: Answer, const N: usize> Answer for [T; N] {
    const SCHEMA: Schema = Schema::List(&T::SCHEMA);
}

impl<K, T: Answer> Answer for BTreeMap<K, T> {
    const SCHEMA: Schema = Schema::Map(&T::SCHEMA);
}

/// An operation's own failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Its number on the wire: `err_code`, `errno` or `ret`.
    pub code: i64,
    /// Its text on the wire.
    pub text: &'static str,
    /// When it is returned.
    pub when: &'static str,
}

impl Failure {
    /// A failure: its number and text on the wire, and when it is returned.
    pub const fn new(code: i64, text: &'static str, when: &'static str) -> Self {
        Self { code, text, when }
    }
}

/// The total number of items in all parts.
pub const fn total<T>(mut parts: &[&[T]]) -> usize {
    let mut total = 0;
    while let [part, rest @ ..] = parts {
        total += part.len();
        parts = rest;
    }
    total
}

/// Joins several parts. `N` is their [`total`].
pub const fn joined<T: Copy, const N: usize>(mut parts: &[&[T]], none: T) -> [T; N] {
    let mut all = [none; N];
    let mut room: &mut [T] = &mut all;
    while let [part, rest @ ..] = parts {
        let mut part: &[T] = part;
        while let [one, others @ ..] = part {
            let [place, places @ ..] = room else {
                return all;
            };
            *place = *one;
            part = others;
            room = places;
        }
        parts = rest;
    }
    all
}

//! Values of options.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use weiquan_store::clients::SignMode;
use weiquan_store::clients::emotions::Emotion;

/// A number, or `none`.
#[derive(Debug, Clone, Copy)]
pub struct Limit<T>(pub Option<T>);

impl<T: FromStr> FromStr for Limit<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(number) => Ok(Self(Some(number))),
            Err(_) => Err("a number, or `none`".to_owned()),
        }
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、', '\n'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Texts separated by commas, Chinese commas included; an empty text is an empty list.
#[derive(Debug, Clone)]
pub struct List(BTreeSet<String>);

impl FromStr for List {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(items(text).map(str::to_owned).collect()))
    }
}

impl List {
    /// All values of an option that may be repeated; `None` if it was not given.
    pub fn all(lists: &[Self]) -> Option<BTreeSet<String>> {
        let all = || lists.iter().flat_map(|list| list.0.iter().cloned());
        (!lists.is_empty()).then(|| all().collect())
    }
}

/// A [`List`]; with `@FILE` or `-` read from a file or from standard input.
pub fn list_or_file(text: &str) -> Result<List, String> {
    match source(text)? {
        Some(content) => content.parse(),
        None => text.parse(),
    }
}

/// Pictures for feelings; an empty text means none.
#[derive(Debug, Clone)]
pub struct Emotions(pub Vec<Emotion>);

/// What `--emotions` takes: the JSON itself, or with `@FILE` or `-` the content of a file or of standard input.
pub fn emotions(text: &str) -> Result<Emotions, String> {
    const MAX_BYTES: usize = 256 << 10;
    let json = source(text)?.unwrap_or_else(|| text.to_owned());
    if json.trim().is_empty() {
        return Ok(Emotions(Vec::new()));
    }
    let emotions: Vec<Emotion> = serde_json::from_str(&json).map_err(|e| e.to_string())?;
    for emotion in &emotions {
        if emotion.phrase.trim().is_empty() {
            return Err("a picture without `phrase`".to_owned());
        }
        if !weiquan::html::is_web_link(&emotion.url) {
            let phrase = &emotion.phrase;
            return Err(format!(
                "the `url` of {phrase} does not begin with http:// or https://"
            ));
        }
    }
    match serde_json::to_string(&emotions) {
        Ok(stored) if stored.len() <= MAX_BYTES => Ok(Emotions(emotions)),
        Ok(_) => Err("more than 256 KiB".to_owned()),
        Err(e) => Err(e.to_string()),
    }
}

/// Addresses and networks separated by commas.
#[derive(Debug, Clone)]
pub struct Networks(Vec<IpNet>);

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let networks = items(text).map(|item| {
            item.parse::<IpNet>()
                .or_else(|_no_prefix| item.parse::<IpAddr>().map(IpNet::from))
                .map_err(|e| format!("{item}: {e}"))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

impl Networks {
    /// All values of an option that may be repeated; `None` if it was not given.
    pub fn all(lists: &[Self]) -> Option<Vec<IpNet>> {
        let all = || lists.iter().flat_map(|list| list.0.iter().copied());
        (!lists.is_empty()).then(|| all().collect())
    }
}

/// A web address without a slash at its end; an empty text means none.
#[derive(Debug, Clone)]
pub struct Base(pub Option<String>);

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let base = text.trim_end_matches('/');
        match base {
            "" => Ok(Self(None)),
            base if weiquan::html::is_web_link(base) => Ok(Self(Some(base.to_owned()))),
            _ => Err("an address that begins with http:// or https://".to_owned()),
        }
    }
}

/// `off`, `dynamic`, or `static=TEXT`.
pub fn sign_mode(text: &str) -> Result<SignMode, String> {
    match (text, text.strip_prefix("static=")) {
        ("off", _) => Ok(SignMode::Off),
        ("dynamic", _) => Ok(SignMode::Dynamic),
        (_, Some(value)) if !value.is_empty() => Ok(SignMode::Static(value.to_owned())),
        _ => Err("`off`, `dynamic`, or `static=TEXT`".to_owned()),
    }
}

/// A secret text: the text itself, with `@FILE` the content of a file, with `-` a line of standard input. Several `-`
/// take one line each, in the order in which they are given.
pub fn secret(text: &str) -> Result<String, String> {
    let line = match text {
        "-" => {
            let mut line = String::new();
            let read = std::io::stdin().read_line(&mut line);
            read.map_err(|e| format!("standard input: {e}"))?;
            Some(line)
        }
        text => source(text)?,
    };
    let value = match &line {
        None => text,
        Some(line) => line.trim_end_matches(['\n', '\r']),
    };
    match value {
        "" => Err("an empty text is none".to_owned()),
        value if value.contains('\n') => Err("more than one line".to_owned()),
        value => Ok(value.to_owned()),
    }
}

/// The same, but an empty text means none.
pub fn secret_or_none(text: &str) -> Result<String, String> {
    match text {
        "" => Ok(String::new()),
        text => secret(text),
    }
}

/// What `@FILE` and `-` refer to; any other text is taken as it is.
fn source(text: &str) -> Result<Option<String>, String> {
    if text == "-" {
        let mut content = String::new();
        let read = std::io::stdin().read_to_string(&mut content);
        return read
            .map(|_| Some(content))
            .map_err(|e| format!("standard input: {e}"));
    }
    let Some(path) = text.strip_prefix('@') else {
        return Ok(None);
    };
    let content = std::fs::read_to_string(path);
    content.map(Some).map_err(|e| format!("{path}: {e}"))
}

/// Refuses a secret that can be guessed, unless `force` allows it.
pub fn strong(option: &str, value: &str, force: bool) -> Result<(), String> {
    match weakness(value).filter(|_| !force) {
        None => Ok(()),
        Some(why) => Err(format!(
            "{option} can be guessed, {why}: say --force to take it all the same"
        )),
    }
}

/// Why a secret can be guessed, if it can.
pub fn weakness(value: &str) -> Option<&'static str> {
    let different: BTreeSet<char> = value.chars().collect();
    match (value.chars().count(), different.len()) {
        (..16, _) => Some("it has fewer than 16 characters"),
        (_, ..5) => Some("it has fewer than 5 different characters"),
        _ => None,
    }
}

/// Names of operations, spelled as in `all`; they may be given in any case. Refuses an unknown name, and lists those
/// spelled most like it.
pub fn known(names: BTreeSet<String>, all: &[&str]) -> Result<BTreeSet<String>, String> {
    let own = |name: String| {
        let own = all.iter().find(|own| own.eq_ignore_ascii_case(&name));
        own.map(|own| (*own).to_owned())
            .ok_or_else(|| neighbours(&name, all))
    };
    names.into_iter().map(own).collect()
}

/// The error message for an unknown name of an operation.
pub fn neighbours(unknown: &str, all: &[&str]) -> String {
    const NEAR: usize = 3;
    let typed = unknown.to_lowercase();
    // So that `Register` is similar to `App.User.Register`.
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        let whole = strsim::normalized_damerau_levenshtein(&typed, &name);
        whole.max(strsim::normalized_damerau_levenshtein(&typed, last))
    };
    let mut near: Vec<(f64, &str)> = all.iter().map(|name| (likeness(name), *name)).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<&str> = near.into_iter().take(NEAR).map(|(_, name)| name).collect();
    format!(
        "there is no operation {unknown}; near it are {}",
        near.join(", ")
    )
}

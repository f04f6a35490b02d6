//! Values of options.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::io::Read as _;
use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use ipnet::IpNet;
use weiquan_store::clients::SignMode;
use weiquan_store::clients::emotions::Emotion;

/// A value that is refused. Its causes are in its message, because clap prints no others.
#[derive(Debug)]
pub struct Invalid(Error);

impl Display for Invalid {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for Invalid {}

impl From<Error> for Invalid {
    fn from(cause: Error) -> Self {
        Self(cause)
    }
}

/// A number, or `none`.
#[derive(Debug, Clone, Copy)]
pub struct Limit<T>(pub Option<T>);

impl<T: FromStr> FromStr for Limit<T> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "none" {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(number) => Ok(Self(Some(number))),
            Err(_) => Err(anyhow!("a number, or `none`").into()),
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
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
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
pub fn list_or_file(text: &str) -> Result<List, Invalid> {
    match source(text)? {
        Some(content) => content.parse(),
        None => text.parse(),
    }
}

/// Pictures for feelings; an empty text means none.
#[derive(Debug, Clone)]
pub struct Emotions(pub Vec<Emotion>);

/// What `--emotions` takes: the JSON itself, or with `@FILE` or `-` the content of a file or of standard input.
pub fn emotions(text: &str) -> Result<Emotions, Invalid> {
    Ok(read_emotions(text)?)
}

fn read_emotions(text: &str) -> Result<Emotions> {
    const MAX_BYTES: usize = 256 << 10;
    let json = source(text)?.unwrap_or_else(|| text.to_owned());
    if json.trim().is_empty() {
        return Ok(Emotions(Vec::new()));
    }
    let emotions: Vec<Emotion> = serde_json::from_str(&json)?;
    for emotion in &emotions {
        let phrase = &emotion.phrase;
        ensure!(!phrase.trim().is_empty(), "a picture without `phrase`");
        ensure!(
            weiquan::html::is_web_link(&emotion.url),
            "the `url` of {phrase} does not begin with http:// or https://"
        );
    }
    let stored = serde_json::to_string(&emotions)?;
    ensure!(stored.len() <= MAX_BYTES, "more than 256 KiB");
    Ok(Emotions(emotions))
}

/// Addresses and networks separated by commas.
#[derive(Debug, Clone)]
pub struct Networks(Vec<IpNet>);

impl FromStr for Networks {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let networks = items(text).map(|item| {
            item.parse::<IpNet>()
                .or_else(|_no_prefix| item.parse::<IpAddr>().map(IpNet::from))
                .with_context(|| item.to_owned())
        });
        Ok(Self(networks.collect::<Result<_>>()?))
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
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let base = text.trim_end_matches('/');
        match base {
            "" => Ok(Self(None)),
            base if weiquan::html::is_web_link(base) => Ok(Self(Some(base.to_owned()))),
            _ => Err(anyhow!("an address that begins with http:// or https://").into()),
        }
    }
}

/// `off`, `dynamic`, or `static=TEXT`.
pub fn sign_mode(text: &str) -> Result<SignMode, Invalid> {
    match (text, text.strip_prefix("static=")) {
        ("off", _) => Ok(SignMode::Off),
        ("dynamic", _) => Ok(SignMode::Dynamic),
        (_, Some(value)) if !value.is_empty() => Ok(SignMode::Static(value.to_owned())),
        _ => Err(anyhow!("`off`, `dynamic`, or `static=TEXT`").into()),
    }
}

/// A secret text: the text itself, with `@FILE` the content of a file, with `-` a line of standard input. Several `-`
/// take one line each, in the order in which they are given.
pub fn secret(text: &str) -> Result<String, Invalid> {
    Ok(read_secret(text)?)
}

fn read_secret(text: &str) -> Result<String> {
    let line = match text {
        "-" => {
            let mut line = String::new();
            let read = std::io::stdin().read_line(&mut line);
            read.context("standard input")?;
            Some(line)
        }
        text => source(text)?,
    };
    let value = match &line {
        None => text,
        Some(line) => line.trim_end_matches(['\n', '\r']),
    };
    match value {
        "" => bail!("an empty text is none"),
        value if value.contains('\n') => bail!("more than one line"),
        value => Ok(value.to_owned()),
    }
}

/// The same, but an empty text means none.
pub fn secret_or_none(text: &str) -> Result<String, Invalid> {
    match text {
        "" => Ok(String::new()),
        text => secret(text),
    }
}

/// What `@FILE` and `-` refer to; any other text is taken as it is.
fn source(text: &str) -> Result<Option<String>> {
    if text == "-" {
        let mut content = String::new();
        let read = std::io::stdin().read_to_string(&mut content);
        read.context("standard input")?;
        return Ok(Some(content));
    }
    let Some(path) = text.strip_prefix('@') else {
        return Ok(None);
    };
    let content = std::fs::read_to_string(path);
    content.map(Some).with_context(|| path.to_owned())
}

/// The value of `--per-second`.
pub fn per_second(rate: Option<u32>) -> Result<Option<u32>> {
    ensure!(
        rate.is_none_or(|rate| (1..=500).contains(&rate)),
        "--per-second takes 1 to 500, or `none`"
    );
    Ok(rate)
}

/// Refuses a secret that can be guessed, unless `force` allows it.
pub fn strong(option: &str, value: &str, force: bool) -> Result<()> {
    match weakness(value).filter(|_| !force) {
        None => Ok(()),
        Some(why) => {
            bail!("{option} can be guessed, {why}: say --force to take it all the same")
        }
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
pub fn known(names: BTreeSet<String>, all: &[&str]) -> Result<BTreeSet<String>> {
    let own = |name: String| {
        let own = all.iter().find(|own| own.eq_ignore_ascii_case(&name));
        own.map(|own| (*own).to_owned())
            .with_context(|| neighbours(&name, all))
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

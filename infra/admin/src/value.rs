//! Values of options.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use shared::store::client::SignMode;

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
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Texts with commas between them; an empty text is an empty list.
#[derive(Debug, Clone)]
pub struct List(pub BTreeSet<String>);

impl FromStr for List {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(items(text).map(str::to_owned).collect()))
    }
}

/// Addresses and networks with commas between them.
#[derive(Debug, Clone)]
pub struct Networks(pub Vec<IpNet>);

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

/// A web address without a slash at its end; an empty text is none.
#[derive(Debug, Clone)]
pub struct Base(pub Option<String>);

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let base = text.trim_end_matches('/');
        match base {
            "" => Ok(Self(None)),
            base if shared::html::is_web_link(base) => Ok(Self(Some(base.to_owned()))),
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

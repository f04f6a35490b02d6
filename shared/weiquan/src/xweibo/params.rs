//! The parameters of a call, from its address and its body.

use std::collections::BTreeMap;

use super::route::path_pairs;
use crate::form_data::{Form, Malformed, php};
use crate::http::Request;

/// The parameter that names a function of the page, which gets the answer to a file sent by the
/// page's form. The parameter is read from the address first.
pub(super) const CALLBACK: &str = "callback";

/// Query and body. The body overrides the query except for [`CALLBACK`]; the last value of a name wins.
#[derive(Debug, Default)]
pub struct Params {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) file: Option<Vec<u8>>,
    pub(super) is_partial: bool,
}

impl Params {
    /// The parameters of the address: query and path.
    pub(super) fn of_address(request: &Request) -> Result<Self, Malformed> {
        let parts = [request.query_pairs()?, path_pairs(&request.path)?];
        Ok(Self::of(php::merged(parts), Form::default()))
    }

    /// The parameters of the whole call, with the file in the field `file`.
    pub(super) fn collect(request: &Request, file: Option<&str>) -> Result<Self, Malformed> {
        let mut all = php::merged([request.query_pairs()?, path_pairs(&request.path)?]);
        if file.is_none() {
            request.body()?;
        }
        let mut form = request.form(file)?;
        let callback = all.get(CALLBACK).map(|node| node.joined(","));
        php::merge(&mut all, std::mem::take(&mut form.pairs));
        let mut params = Self::of(all, form);
        // Published front ends name it in the address, and leave the field in their form empty.
        if let Some(callback) = callback.filter(|name| !name.is_empty()) {
            params.texts.insert(CALLBACK.to_owned(), callback);
        }
        Ok(params)
    }

    /// A list in PHP's brackets becomes a list separated by commas.
    fn of(all: BTreeMap<String, php::Node>, form: Form) -> Self {
        let all = all.into_iter();
        Self {
            texts: all.map(|(name, node)| (name, node.joined(","))).collect(),
            file: form.file,
            is_partial: form.is_partial,
        }
    }

    /// A parameter; empty if it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.texts.get(name).map(String::as_str).unwrap_or_default()
    }
}

//! The repository's own files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

pub fn packages() -> BTreeSet<String> {
    front::functions()
        .map(|function| function.package().to_owned())
        .collect()
}

/// A file of the repository.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The resources of the template by logical id.
pub fn resources() -> Value {
    let mut template: Value = serde_saphyr::from_str(&read("template.yaml")).unwrap();
    template["Resources"].take()
}

/// The template's functions by logical id.
pub fn template() -> BTreeMap<String, Value> {
    let resources = resources();
    resources
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
        .map(|(id, resource)| (id.clone(), resource["Properties"].clone()))
        .collect()
}

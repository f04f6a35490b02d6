//! What tests share is in `support`, and tests know nothing of each other: each can be read, moved and deleted alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::syntax::{Source, circle, sources};

/// Every path into the suite that a module names, such as `support::world::World`.
fn named(module: &str, source: &Source) -> BTreeSet<String> {
    let of_suite = |name: &String| match name.split_once("::") {
        Some(("crate", path)) => Some(path.to_owned()),
        Some(("super", _)) => Some(name.clone()),
        _ => None,
    };
    let exports = source.exports.iter();
    let exports = exports.filter(|path| of_suite(path).is_none());
    let exports = exports.map(|path| format!("{module}::{path}"));
    let names = source.names.iter().filter_map(of_suite);
    names.chain(exports).collect()
}

#[test]
fn tests_import_only_what_is_shared_and_nothing_goes_in_a_circle() {
    let of_path = |path: std::path::PathBuf| {
        let module = path.with_extension("").to_str().unwrap().replace('/', "::");
        module.trim_end_matches("::mod").to_owned()
    };
    let sources = sources("tests/suite").into_iter();
    let sources: BTreeMap<_, _> = sources
        .map(|(path, source)| (of_path(path), source))
        .filter(|(module, _)| module != "main")
        .collect();
    assert!(sources.len() > 100, "{:?}", sources.keys());
    let mut below = BTreeMap::<String, BTreeSet<String>>::new();
    let mut imports = 0;
    for (module, source) in &sources {
        for path in named(module, source) {
            assert!(path.starts_with("support"), "{module} names {path}");
            if module.starts_with("support") {
                imports += 1;
                let is_around =
                    |other: &&String| path == **other || path.starts_with(&format!("{other}::"));
                let around = sources.keys().filter(is_around);
                let other = around.max_by_key(|name| name.len());
                below
                    .entry(module.clone())
                    .or_default()
                    .extend(other.cloned());
            }
        }
    }
    assert!(imports > 100, "{imports} imports: are they still read?");
    let circle = circle(below);
    assert!(circle.is_empty(), "{circle:#?}");
}

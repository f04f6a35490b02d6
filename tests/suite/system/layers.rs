//! What tests share is in `support`, and tests know nothing of each other: each can be read, moved and deleted alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::sources::root;

/// A module's path below the suite, such as `xweibo::home`, and its text.
type Sources = BTreeMap<String, String>;

fn sources() -> Sources {
    fn read(folder: &Path, module: &str, sources: &mut Sources) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let name = [module, stem].join("::");
            if path.is_dir() {
                read(&path, &name, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = name.trim_end_matches("::mod").trim_matches(':');
                sources.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut sources = Sources::new();
    read(&root().join("tests/suite"), "", &mut sources);
    sources.remove("main");
    // The samples of these two are no imports.
    sources.remove("system::layers");
    sources.remove("system::rooms");
    sources
}

/// The paths of a tree of imports: `a::{b, c::d}` has two.
fn paths(tree: &str, found: &mut BTreeSet<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        let of_path = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '*');
        let end = tree.find(|c| !of_path(c)).unwrap_or(tree.len());
        found.insert(tree[..end].to_owned());
        return;
    };
    let (mut depth, mut start) = (1, 0);
    for (at, c) in rest.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || depth == 1 && c == ',' {
            let part = rest[start..at].trim();
            if !part.is_empty() {
                paths(&format!("{head}{part}"), found);
            }
            start = at + 1;
        }
        if depth == 0 {
            return;
        }
    }
}

/// Every path into the suite that a module names, in an import or where it uses it.
fn named(module: &str, text: &str) -> BTreeSet<String> {
    let code: Vec<_> = text.lines().map(str::trim).collect();
    let code = code.into_iter().filter(|line| !line.starts_with("//"));
    let code = code.collect::<Vec<_>>().join(" ");
    let mut found = BTreeSet::new();
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        let is_import = code[..at].ends_with("use ");
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '_'));
        let tree = if is_import {
            rest
        } else {
            &rest[..end.unwrap_or(rest.len())]
        };
        paths(tree.split(';').next().unwrap(), &mut found);
    }
    for (at, _) in code.match_indices("pub use ") {
        let rest = code[at..].trim_start_matches("pub use ");
        paths(
            &format!("{module}::{}", rest.split(';').next().unwrap()),
            &mut found,
        );
    }
    if code.contains("super::") {
        found.insert("super".to_owned());
    }
    found
}

/// What is wrong with the imports between modules.
fn wrongs(sources: &Sources) -> Vec<String> {
    let mut wrongs = Vec::new();
    let mut below: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, text) in sources {
        let is_shared = module.starts_with("support");
        for path in named(module, text) {
            if !path.starts_with("support") {
                wrongs.push(format!("{module} names {path}"));
            } else if is_shared {
                let is_around =
                    |other: &&String| path == **other || path.starts_with(&format!("{other}::"));
                let other = sources
                    .keys()
                    .filter(is_around)
                    .max_by_key(|name| name.len());
                below
                    .entry(module)
                    .or_default()
                    .extend(other.map(String::as_str));
            }
        }
    }
    // Whatever can be taken off from below stands in no circle.
    while let Some(module) = below
        .iter()
        .find(|(_, others)| others.iter().all(|other| !below.contains_key(other)))
        .map(|(module, _)| *module)
    {
        below.remove(module);
    }
    wrongs.extend(
        below
            .keys()
            .map(|module| format!("{module} stands in a circle, or above one")),
    );
    wrongs
}

#[test]
fn tests_import_only_what_is_shared_and_nothing_goes_in_a_circle() {
    let sources = sources();
    assert!(sources.len() > 100, "{:?}", sources.keys());
    let shared = sources
        .iter()
        .filter(|(module, _)| module.starts_with("support"));
    let imports: usize = shared.map(|(module, text)| named(module, text).len()).sum();
    assert!(imports > 100, "{imports} imports: are they still read?");
    assert_eq!(wrongs(&sources), Vec::<String>::new());
}

#[test]
fn an_import_of_another_test_and_a_circle_are_found() {
    for (files, count) in [
        (
            &[("okay::sign", "use $::support::{World, okay::sign};")][..],
            0,
        ),
        (
            &[(
                "okay::sign",
                "use $::support::World; fn f() { $::xweibo::home::g() }",
            )],
            1,
        ),
        (
            &[(
                "okay::sign",
                "use $::{support::World,\n    okay::{a, b::c}};",
            )],
            2,
        ),
        (&[("okay::sign", "use super::moments::list;")], 1),
        (&[("support::world", "use $::okay::sign::world;")], 1),
        (
            &[
                ("support", "pub use world::*;"),
                ("support::call", ""),
                ("support::world", "use $::support::call::{Call, Reply};"),
            ],
            0,
        ),
        (
            &[
                ("support", "pub use world::*;"),
                ("support::world", "use $::support::{Call, Reply};"),
            ],
            2,
        ),
        (
            &[
                ("support::a", "use $::support::b;"),
                ("support::b", "use $::support::c::x;"),
                (
                    "support::c",
                    "// $::support::b\nfn f() { $::support::a::y() }",
                ),
            ],
            3,
        ),
    ] {
        let file =
            |(module, text): &(&str, &str)| ((*module).to_owned(), text.replace('$', "crate"));
        let wrongs = wrongs(&files.iter().map(file).collect());
        assert_eq!(wrongs.len(), count, "{files:?}: {wrongs:?}");
    }
}

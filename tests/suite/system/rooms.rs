//! The architecture, held against the sources: which rooms of the store use which, what a family's `mod.rs` holds,
//! which files import each other, and how long a function may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms of the store by floor. A room uses rooms of lower floors, and itself.
const FLOORS: [&[&str]; 5] = [
    &["table", "keys"],
    &["clients"],
    &["members"],
    &["threads", "moments", "oauth", "people"],
    &["weibos"],
];
/// The folders whose `mod.rs` is a map: documentation and names.
const MAPS: [&str; 4] = ["okay", "xweibo", "qzone", "pictures"];
/// The longest body of a function, in lines.
const LONGEST: usize = 60;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The sources in a folder by path, each up to its tests.
fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                found.insert(path, code.to_owned());
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// The code without comments.
fn code(source: &str) -> String {
    let lines = source.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules that a source names right behind `start`, such as `crate::`, alone or in braces.
fn named(source: &str, start: &str) -> BTreeSet<String> {
    let name = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let code = code(source);
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(start) {
        let rest = &code[at + start.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            continue;
        };
        let (mut depth, mut is_start) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => is_start = true,
                c if is_start && !c.is_whitespace() => {
                    found.insert(name(&group[at..]));
                    is_start = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// The functions of a formatted source: the line of each, its name, and the length of its body.
fn functions(source: &str) -> Vec<(usize, String, usize)> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let Some((before, after)) = words.split_once("fn ") else {
            continue;
        };
        let is_head = before.split_whitespace().all(|word| {
            word.starts_with("pub") || ["const", "async", "unsafe", "in"].contains(&word)
        });
        let Some(end) = after.find(['(', '<']).filter(|_| is_head) else {
            continue;
        };
        let rest = lines[start..].iter();
        let head = rest
            .clone()
            .position(|line| line.ends_with(['{', ';', '}']));
        let head = head.unwrap();
        if lines[start + head].ends_with('{') {
            let last = rest
                .skip(head)
                .position(|line| *line == format!("{indent}}}"));
            found.push((start + 1, after[..end].to_owned(), last.unwrap() - 1));
        }
    }
    found
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let floor = |room: &str| FLOORS.iter().position(|floor| floor.contains(&room));
    let mut wrong = Vec::new();
    for (own, rooms) in FLOORS.iter().enumerate() {
        for room in *rooms {
            for (path, source) in sources(&format!("shared/store/src/{room}")) {
                let used = named(&source, "crate::").into_iter();
                let bad = used.filter(|used| {
                    used != room
                        && match floor(used) {
                            Some(floor) => floor > own || floor == own && own > 0,
                            None => ["audit", "layout"].contains(&used.as_str()),
                        }
                });
                wrong.extend(bad.map(|used| format!("{}: {used}", path.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(
        named(
            "use crate::{Store, keys::{self, Key}, a};\nx(crate::b::c)",
            "crate::"
        ),
        ["Store", "a", "b", "keys"].map(str::to_owned).into()
    );
}

#[test]
fn the_mod_of_a_family_is_a_map() {
    for family in MAPS {
        let path = root().join(format!("shared/weiquan/src/{family}/mod.rs"));
        let code = code(&std::fs::read_to_string(path).unwrap());
        for statement in code.split(';').map(str::trim) {
            let statement = statement
                .strip_prefix("#[cfg(test)]\n")
                .unwrap_or(statement);
            let is_name = ["mod ", "pub mod ", "pub use "]
                .iter()
                .any(|start| statement.starts_with(start));
            assert!(is_name || statement.is_empty(), "{family}: {statement}");
        }
    }
}

/// What is left of `uses` after everything that uses nothing else of it: a circle, or nothing.
fn circle(mut uses: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let left: BTreeSet<String> = uses.keys().cloned().collect();
        uses.retain(|_, used| used.iter().any(|name| left.contains(name)));
        if uses.len() == left.len() {
            return uses;
        }
    }
}

#[test]
fn no_two_modules_of_the_library_need_each_other() {
    let folder = "shared/weiquan/src";
    let mut uses = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, source) in sources(folder) {
        let path = path.strip_prefix(root().join(folder)).unwrap();
        let own = path.components().next().unwrap().as_os_str();
        let own = own.to_str().unwrap().trim_end_matches(".rs");
        if own == "lib" {
            continue;
        }
        // `Ctx` and `Fault` are named where they are exported again.
        let used = named(&source, "crate::").into_iter();
        let used = used.map(|name| name.to_ascii_lowercase());
        let others = used.filter(|used| used != own);
        uses.entry(own.to_owned()).or_default().extend(others);
    }
    let circle = circle(uses);
    assert!(circle.is_empty(), "{circle:#?}");
    let names = |names: [&str; 1]| BTreeSet::from(names.map(str::to_owned));
    let two = BTreeMap::from([("a", ["b"]), ("b", ["a"]), ("c", ["a"]), ("d", ["e"])]);
    let two = two
        .into_iter()
        .map(|(name, used)| (name.to_owned(), names(used)));
    assert_eq!(self::circle(two.collect()).len(), 3);
}

#[test]
fn no_two_files_of_a_family_need_each_other() {
    for family in MAPS {
        let mut uses = BTreeMap::new();
        for (path, source) in sources(&format!("shared/weiquan/src/{family}")) {
            let own = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if own == "mod" {
                continue;
            }
            let siblings = named(&source, "use super::");
            let absent = |name: &String| !path.with_file_name(format!("{name}.rs")).exists();
            let not_there = siblings.iter().find(|name| absent(name));
            assert_eq!(not_there, None, "{family}/{own} imports from its mod.rs");
            uses.insert(own, siblings);
        }
        let circle = circle(uses);
        assert!(circle.is_empty(), "{family}: {circle:#?}");
    }
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    let mut count = 0;
    for folder in ["shared/weiquan/src", "shared/macros/src", "functions"] {
        for (path, source) in sources(folder) {
            for (line, name, length) in functions(&source) {
                count += 1;
                if length > LONGEST {
                    long.push(format!("{}:{line} {name}: {length}", path.display()));
                }
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
    assert!(count > 500, "only {count} functions are found");
    let body = "        a;\n".repeat(61);
    let source = format!(
        "impl A {{\n    pub async fn a<T>(\n        b: T,\n    ) -> C {{\n{body}    }}\n}}\n"
    );
    assert_eq!(functions(&source), [(2, "a".to_owned(), 61)]);
}

//! The architecture, held against the sources: which rooms of the store use which, what a family's `mod.rs` holds,
//! which files import each other, and how long a function may be.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, Visibility};

use crate::support::sources::root;
use crate::support::syntax::{circle, parse, sources};

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

#[test]
fn rooms_use_only_rooms_below_them() {
    let floor = |room: &str| FLOORS.iter().position(|floor| floor.contains(&room));
    let mut wrong = Vec::new();
    for (own, rooms) in FLOORS.iter().enumerate() {
        for room in *rooms {
            for (path, source) in sources(&format!("shared/store/src/{room}")) {
                let used = source.named("crate::").into_iter();
                let bad = used.filter(|used| {
                    used != room
                        && match floor(used) {
                            Some(floor) => floor > own || floor == own && own > 0,
                            None => ["audit", "layout"].contains(&used.as_str()),
                        }
                });
                wrong.extend(bad.map(|used| format!("{room}/{}: {used}", path.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_mod_of_a_family_is_a_map() {
    for family in MAPS {
        let file = root().join(format!("shared/weiquan/src/{family}/mod.rs"));
        let is_name = |item: &Item| match item {
            Item::Mod(module) => module.content.is_none(),
            Item::Use(import) => matches!(import.vis, Visibility::Public(_)),
            _ => false,
        };
        assert!(parse(&file).items.iter().all(is_name), "{family}");
    }
}

#[test]
fn no_two_modules_of_the_library_need_each_other() {
    let mut uses = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, source) in sources("shared/weiquan/src") {
        let own = path.components().next().unwrap().as_os_str();
        let own = own.to_str().unwrap().trim_end_matches(".rs");
        if own == "lib" {
            continue;
        }
        // `Ctx` and `Fault` are named where they are exported again.
        let used = source.named("crate::").into_iter();
        let used = used.map(|name| name.to_ascii_lowercase());
        let others = used.filter(|used| used != own);
        uses.entry(own.to_owned()).or_default().extend(others);
    }
    let circle = circle(uses);
    assert!(circle.is_empty(), "{circle:#?}");
}

#[test]
fn no_two_files_of_a_family_need_each_other() {
    for family in MAPS {
        let sources = sources(&format!("shared/weiquan/src/{family}"));
        let mut uses = BTreeMap::new();
        for (path, source) in &sources {
            let own = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if own == "mod" {
                continue;
            }
            let siblings = source.named("super::");
            let absent =
                |name: &&String| !sources.contains_key(&path.with_file_name(format!("{name}.rs")));
            let not_there = siblings.iter().find(absent);
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
    for folder in ["shared", "functions", "infra"] {
        for (path, source) in sources(folder) {
            count += source.functions.len();
            let too_long = source.functions.iter();
            let too_long = too_long.filter(|(_, _, length)| *length > LONGEST);
            long.extend(too_long.map(|(line, name, length)| {
                format!("{folder}/{}:{line} {name}: {length}", path.display())
            }));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
    assert!(count > 1_000, "only {count} functions are found");
}

//! References in sources and documents: sections of the contracts, and links of Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::sources::root;

const FAMILIES: [&str; 3] = ["okayapi", "xweibo", "qzone"];

/// The repository's files of these kinds, by path from its root; nothing that is built or downloaded.
fn files(extensions: &[&str]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !matches!(name, "target" | ".git" | ".local" | "venv" | "node_modules") {
                    folders.push(path);
                }
                continue;
            }
            let is_wanted = path
                .extension()
                .is_some_and(|own| extensions.iter().any(|wanted| own == *wanted));
            let is_own = path.ends_with("system/references.rs");
            if is_wanted && !is_own {
                let short = path.strip_prefix(root()).unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.insert(short.to_str().unwrap().to_owned(), text);
            }
        }
    }
    files
}

/// The lines of Markdown that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

fn headings(text: &str) -> impl Iterator<Item = &str> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
}

/// The numbers of a contract's headings: `5.3.4` of `#### 5.3.4 Pages and replies`.
fn sections(contract: &str) -> BTreeSet<String> {
    let first = |heading: &str| heading.split(' ').next().unwrap_or_default().to_owned();
    headings(contract)
        .map(|heading| first(heading).trim_end_matches([':', '.']).to_owned())
        .filter(|number| is_section(number))
        .collect()
}

/// `7`, `9b`, `5.3.4`.
fn is_section(text: &str) -> bool {
    let mut parts = text.split('.');
    let first = parts.next().unwrap_or_default();
    let first = first
        .strip_suffix(|c: char| c.is_ascii_lowercase())
        .unwrap_or(first);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_number(first) && parts.all(is_number)
}

/// A reference to a section: the family where it is named, and the number.
type Reference = (Option<String>, String);

/// Every `section 7.1`, `sections 1, 2 and 9b`, `sections 2.1 to 2.3`, also over the end of a line of comments. Those
/// of an RFC are none.
fn references(text: &str) -> Vec<Reference> {
    let markers = ['/', '!', '#', '*', ' ', '\t'];
    let lines = text.lines().map(|line| line.trim_start_matches(markers));
    let text = lines.collect::<Vec<_>>().join(" ");
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let mut found = Vec::new();
    for (at, own) in words.iter().enumerate() {
        let own = own.trim_start_matches(|c: char| !c.is_alphanumeric());
        if !own.eq_ignore_ascii_case("section") && !own.eq_ignore_ascii_case("sections") {
            continue;
        }
        let before = |back: usize| {
            let before = at.checked_sub(back).map_or("", word);
            before.trim_matches(|c: char| !c.is_alphanumeric())
        };
        if before(2) == "RFC" || before(1).starts_with("RFC") {
            continue;
        }
        let family = before(1).to_ascii_lowercase();
        let family = FAMILIES.contains(&&*family).then_some(family);
        let mut next = at + 1;
        loop {
            let sent = word(next);
            let number = sent.trim_end_matches(|c: char| !c.is_alphanumeric());
            let number = number.strip_suffix("'s").unwrap_or(number);
            if !is_section(number) {
                break;
            }
            found.push((family.clone(), number.to_owned()));
            next += 1;
            let goes_on = sent.ends_with(',') || sent == number;
            if !goes_on {
                break;
            }
            if matches!(word(next), "and" | "to" | "or") {
                next += 1;
            } else if !sent.ends_with(',') {
                break;
            }
        }
    }
    found
}

/// The family that a file is about, where its path says so.
fn family_of(path: &str) -> Option<&'static str> {
    let is_in = |name: &str| path.split(['/', '_', '.', '-']).any(|part| part == name);
    [
        ("okay", "okayapi"),
        ("okayapi", "okayapi"),
        ("xweibo", "xweibo"),
        ("qzone", "qzone"),
    ]
    .into_iter()
    .find(|(name, _)| is_in(name))
    .map(|(_, family)| family)
}

/// What is wrong with the references of a file.
fn dead(path: &str, text: &str, contracts: &BTreeMap<&str, BTreeSet<String>>) -> Vec<String> {
    let wrong = |(named, number): Reference| {
        let family = named.as_deref().or(family_of(path));
        let said = match family {
            None => "names no family",
            Some(family) if contracts[family].contains(&number) => return None,
            Some(family) => &format!("is no heading of docs/contracts/{family}.md"),
        };
        Some(format!("{path}: section {number} {said}"))
    };
    references(text).into_iter().filter_map(wrong).collect()
}

fn contracts() -> BTreeMap<&'static str, BTreeSet<String>> {
    let read = |family: &'static str| {
        let path = root().join(format!("docs/contracts/{family}.md"));
        (family, sections(&std::fs::read_to_string(path).unwrap()))
    };
    FAMILIES.into_iter().map(read).collect()
}

#[test]
fn every_section_that_is_named_is_a_heading_of_a_contract() {
    let contracts = contracts();
    let files = files(&["rs", "md", "yaml", "toml", "py"]);
    let all: usize = files.values().map(|text| references(text).len()).sum();
    assert!(all > 200, "{all} references: are they still read?");
    let dead: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| dead(path, text, &contracts))
        .collect();
    assert_eq!(dead, Vec::<String>::new());
}

#[test]
fn references_are_read_in_every_spelling() {
    for (text, want) in [
        ("(okayapi section 7.2).", &["okayapi 7.2"][..]),
        (
            "//! (xweibo sections 5.5.1 and 7.8)",
            &["xweibo 5.5.1", "xweibo 7.8"],
        ),
        ("/// (qzone\n/// section 2.4).", &["qzone 2.4"]),
        (
            "okayapi sections 2, 3\n//! and 9b).",
            &["okayapi 2", "okayapi 3", "okayapi 9b"],
        ),
        ("qzone sections 2.1 to 2.3", &["qzone 2.1", "qzone 2.3"]),
        ("as section 6 says, which", &["- 6"]),
        ("section 4, which row", &["- 4"]),
        ("(section 2.4, step 2)", &["- 2.4"]),
        ("OkayAPI section 1", &["okayapi 1"]),
        ("`section 5`, (Section 7.1)", &["- 5", "- 7.1"]),
        (
            "(RFC 3986, section 2.3), (RFC 5849,\n/// section 3.4.1.2)",
            &[],
        ),
        ("a section of text, sectional 5, section five", &[]),
    ] {
        let found: Vec<String> = references(text)
            .into_iter()
            .map(|(family, number)| format!("{} {number}", family.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(found, want, "{text}");
    }
}

#[test]
fn a_reference_to_nothing_is_found() {
    let contract = "# A\n## 1. One\n#### 5.3.4 Pages\n### 9b. More\n```\n## 8 no heading\n```\n";
    let numbers = sections(contract);
    assert_eq!(
        numbers,
        BTreeSet::from(["1", "5.3.4", "9b"].map(str::to_owned))
    );
    let contracts: BTreeMap<&str, _> = FAMILIES.map(|family| (family, numbers.clone())).into();
    let dead = |path, text| dead(path, text, &contracts);
    assert_eq!(
        dead("shared/weiquan/src/okay/sign.rs", "(section 1)").len(),
        0
    );
    assert_eq!(
        dead("shared/store/src/unicode.rs", "(xweibo section 9b)").len(),
        0
    );
    for (path, text) in [
        ("shared/store/src/unicode.rs", "(qzone section 77.7)"),
        ("shared/store/src/unicode.rs", "(section 1)"),
        ("tests/suite/xweibo/home.rs", "sections 1 and 5.3"),
        ("functions/okay/hello-world/src/lib.rs", "section 8"),
    ] {
        assert_eq!(dead(path, text).len(), 1, "{path}: {text}");
    }
}

/// A heading's place in addresses, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The targets of `[words](target)` outside code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        // Code inside a line is every second part between backticks.
        let plain: String = line.split('`').step_by(2).collect();
        let starts = plain
            .match_indices("](")
            .map(|(at, found)| at + found.len());
        links.extend(starts.filter_map(|at| Some(plain[at..].split_once(')')?.0.to_owned())));
    }
    links
}

/// The links of a file that lead nowhere inside the repository.
fn dead_links(path: &str, text: &str, is_file: impl Fn(&Path) -> Option<String>) -> Vec<String> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let leads = |target: &str| {
        if target.contains("://") || target.starts_with("mailto:") {
            return true;
        }
        let (file, place) = target.split_once('#').unwrap_or((target, ""));
        let read = match file {
            "" => Some(text.to_owned()),
            file => is_file(&folder.join(file)),
        };
        read.is_some_and(|text| place.is_empty() || headings(&text).any(|h| anchor(h) == place))
    };
    let dead = links(text).into_iter().filter(|target| !leads(target));
    dead.map(|target| format!("{path}: {target}")).collect()
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let read = |path: &Path| {
        let path = root().join(path);
        std::fs::read_to_string(&path)
            .ok()
            .or_else(|| path.is_dir().then(String::new))
    };
    let documents = files(&["md"]);
    assert!(documents.len() >= 9, "{:?}", documents.keys());
    let dead: Vec<String> = documents
        .iter()
        .flat_map(|(path, text)| dead_links(path, text, read))
        .collect();
    assert_eq!(dead, Vec::<String>::new());
}

#[test]
fn a_link_to_nothing_is_found() {
    let read =
        |path: &Path| (path == Path::new("docs/A.md")).then(|| "## 7.47 Names!\n".to_owned());
    for (path, text, count) in [
        (
            "docs/B.md",
            "[a](A.md) [b](A.md#747-names) [c](https://example.com/x)",
            0,
        ),
        ("README.md", "# Run it\n[a](docs/A.md), [b](#run-it)", 0),
        ("docs/B.md", "`[a](gone.md)`\n```\n[b](gone.md)\n```", 0),
        ("docs/B.md", "[a](gone.md)", 1),
        ("README.md", "[a](A.md) [b](docs/A.md#gone) [c](#gone)", 3),
    ] {
        let dead = dead_links(path, text, read);
        assert_eq!(dead.len(), count, "{path}: {text}: {dead:?}");
    }
}

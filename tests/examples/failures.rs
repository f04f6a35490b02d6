//! Compares the failures that operations declare with those that the suite saw them answer. Run it after the suite,
//! of which all must have run: `cargo run -p tests --example failures`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use weiquan::qzone::failure;
use weiquan::xweibo;

/// Numbers by operation.
type Numbers = BTreeMap<String, BTreeSet<i64>>;

fn main() -> ExitCode {
    let executable = std::env::current_exe().unwrap();
    // `target/debug/examples/failures`
    let target = executable.ancestors().nth(3).unwrap();
    let seen = seen(&target.join("tmp/failures"));
    let mut complaints = Vec::new();
    for (operation, declared, is_of_all) in operations() {
        let none = BTreeSet::new();
        let seen = seen.get(operation).unwrap_or(&none);
        let own = seen.iter().filter(|code| !is_of_all(**code));
        for code in own.filter(|code| !declared.contains(code)) {
            complaints.push(format!(
                "{operation} answered {code}, which it does not declare"
            ));
        }
        for code in declared.iter().filter(|code| !seen.contains(code)) {
            complaints.push(format!("{operation} declares {code}, which no test saw"));
        }
    }
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    ExitCode::from(u8::from(!complaints.is_empty()))
}

/// What the runs of the suite saw.
fn seen(folder: &Path) -> Numbers {
    let mut seen = Numbers::new();
    let files = std::fs::read_dir(folder).expect("what the suite has seen: run it first");
    let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let (operation, code) = line.rsplit_once(' ').unwrap();
            let codes = seen.entry(operation.to_owned()).or_default();
            codes.insert(code.parse().unwrap());
        }
    }
    seen
}

/// Whether every operation of a family may answer a number.
type IsOfAll = fn(i64) -> bool;

/// Every operation with the numbers of its own failures.
fn operations() -> Vec<(&'static str, BTreeSet<i64>, IsOfAll)> {
    let okay = front::OKAY.iter().map(|op| {
        let own = op.failures.iter().map(|failure| failure.code);
        // What is not in `err_code` is `ret`.
        (
            op.name,
            own.collect(),
            (|code| code == 0 || code >= 200) as IsOfAll,
        )
    });
    let xweibo = front::XWEIBO.iter().map(|op| {
        let own = op.failures.iter().map(|failure| failure.code);
        (op.name, own.collect(), is_of_xweibo as IsOfAll)
    });
    let qzone = front::QZONE.iter().map(|op| {
        let own = op.failures.iter().map(|failure| failure.code);
        (op.name, own.collect(), is_of_qzone as IsOfAll)
    });
    okay.chain(xweibo).chain(qzone).collect()
}

/// The numbers of the protocol have five digits, but for 1001; two of them are an operation's own.
fn is_of_qzone(code: i64) -> bool {
    let is_own = [failure::CALLBACK, failure::VERICODE]
        .map(|own| own.code)
        .contains(&code);
    !is_own && (code == 0 || code == 1_001 || code >= 10_000)
}

fn is_of_xweibo(code: i64) -> bool {
    let errors = xweibo::Error::of_all();
    code == 0 || errors.iter().any(|error| error.wire().0 == code)
}

//! What the tests measure and `cargo xtask generate` reads: `INSTA_UPDATE=always cargo test -p tests` records it
//! anew.

/// Holds `text` against the record `name`.
pub fn recorded(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots" }, {
        insta::assert_snapshot!(format!("recorded__{name}"), text);
    });
}

/// The text of the record `name`.
pub fn record(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/suite/snapshots");
    let snapshot = std::fs::read_to_string(format!("{folder}/recorded__{name}.snap")).unwrap();
    // After the head that insta writes.
    snapshot.splitn(3, "---\n").nth(2).unwrap().to_owned()
}

//! What the tests measure and `cargo xtask generate` reads: `INSTA_UPDATE=always cargo test -p tests` records it
//! anew.

/// Holds `text` against the record `name`.
pub fn recorded(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(format!("recorded__{name}"), text);
    });
}

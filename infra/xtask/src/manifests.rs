//! What is generated from the folders of the functions alone: the list of packages, and `front`'s list of operations.
//! It comes first: without it nothing that knows the operations can be built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::files::Files;

/// The families, by the names of their folders.
pub const FAMILIES: [&str; 3] = ["okay", "xweibo", "qzone"];

/// A function of a family.
pub struct Function {
    /// Its family.
    pub family: &'static str,
    /// Its folder.
    pub name: String,
    /// Whether it is a page for members rather than an operation.
    pub is_page: bool,
}

impl Function {
    /// The package: `xweibo-comment`.
    pub fn package(&self) -> String {
        format!("{}-{}", self.family, self.name)
    }
}

/// The functions of all families, by name.
pub fn functions(root: &Path) -> Result<Vec<Function>> {
    let mut all = Vec::new();
    for family in FAMILIES {
        let folder = root.join("functions").join(family);
        let entries = fs::read_dir(&folder);
        let mut names: Vec<String> = entries
            .with_context(|| format!("reading {}", folder.display()))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_>>()?;
        names.sort();
        for name in names {
            let source = folder.join(&name).join("src/lib.rs");
            let text = fs::read_to_string(&source)
                .with_context(|| format!("reading {}", source.display()))?;
            all.push(Function {
                family,
                is_page: text.contains("pub static PAGE"),
                name,
            });
        }
    }
    Ok(all)
}

/// Writes the lists of packages and operations.
pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    let functions = functions(root)?;
    let packages: String = functions
        .iter()
        .map(|one| {
            let (package, family, name) = (one.package(), one.family, &one.name);
            format!("{package} = {{ path = \"functions/{family}/{name}\" }}\n")
        })
        .collect();
    files.put_region("Cargo.toml", "# <functions>", "# </functions>", &packages)?;
    let used: String = functions
        .iter()
        .map(|one| format!("{}.workspace = true\n", one.package()))
        .collect();
    let front = "functions/front/Cargo.toml";
    files.put_region(front, "# <functions>", "# </functions>", &used)?;
    files.put("functions/front/src/operations.rs", &operations(&functions))
}

/// The lists of operations in `front`, for all that read them.
fn operations(functions: &[Function]) -> String {
    let mut text = String::from(
        "//! The only lists of all operations; the local system, the command line and the tests read them.\n\
         //! Written by `cargo xtask generate` from the folders.\n\n\
         use weiquan::{okay, qzone, xweibo};\n",
    );
    for (family, is_page, name, ty, words) in [
        (
            "okay",
            false,
            "OKAY",
            "okay::Operation",
            "OkayAPI's operations",
        ),
        (
            "xweibo",
            false,
            "XWEIBO",
            "xweibo::Operation",
            "Xweibo's operations",
        ),
        (
            "qzone",
            false,
            "QZONE",
            "qzone::Operation",
            "QZone's operations",
        ),
        (
            "qzone",
            true,
            "QZONE_PAGES",
            "qzone::Page",
            "QZone's pages for members",
        ),
    ] {
        let own = functions
            .iter()
            .filter(|one| one.family == family && one.is_page == is_page);
        let item = if is_page { "PAGE" } else { "OPERATION" };
        let list: String = own
            .map(|one| format!("    &{}::{item},\n", one.package().replace('-', "_")))
            .collect();
        text += &format!("\n/// {words}.\npub static {name}: &[&{ty}] = &[\n{list}];\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_follow_from_the_folders() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, text) in [
            (
                "functions/okay/give-like/src/lib.rs",
                "pub static OPERATION",
            ),
            ("functions/xweibo/show/src/lib.rs", "pub static OPERATION"),
            ("functions/qzone/grants/src/lib.rs", "pub static PAGE"),
            (
                "functions/front/Cargo.toml",
                "# <functions>\nold\n# </functions>\n",
            ),
            ("Cargo.toml", "[a]\n# <functions>\n# </functions>\n"),
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut files = Files::new(root, false);
        generate(&mut files, root).unwrap();
        files.finish().unwrap();
        let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
        assert!(
            read("Cargo.toml").contains("xweibo-show = { path = \"functions/xweibo/show\" }\n")
        );
        assert_eq!(
            read("functions/front/Cargo.toml"),
            "# <functions>\nokay-give-like.workspace = true\nxweibo-show.workspace = true\n\
             qzone-grants.workspace = true\n# </functions>\n"
        );
        let lists = read("functions/front/src/operations.rs");
        assert!(
            lists.contains("    &okay_give_like::OPERATION,\n"),
            "{lists}"
        );
        assert!(lists.contains("QZONE_PAGES: &[&qzone::Page] = &[\n    &qzone_grants::PAGE,\n];"));
    }
}

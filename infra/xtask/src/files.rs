//! Files, or regions of files, that are generated from something else.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// The expected content of files, to be written or compared.
pub struct Files<'a> {
    root: &'a Path,
    is_check: bool,
    stale: Vec<String>,
}

impl<'a> Files<'a> {
    /// Files under `root`; they are only compared if `is_check` is set.
    pub fn new(root: &'a Path, is_check: bool) -> Self {
        Self {
            root,
            is_check,
            stale: Vec::new(),
        }
    }

    /// The file `name`, a path from the root, must contain `text`.
    pub fn put(&mut self, name: &str, text: &str) -> Result<()> {
        let path = self.root.join(name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        if self.is_check {
            self.stale.push(name.to_owned());
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("writing {name}"))
    }

    /// The region between the lines `begin` and `end` of the file `name` must contain `text`, which ends in a line
    /// feed.
    pub fn put_region(&mut self, name: &str, begin: &str, end: &str, text: &str) -> Result<()> {
        let path = self.root.join(name);
        let old = fs::read_to_string(&path).with_context(|| format!("reading {name}"))?;
        let new = with_region(&old, begin, end, text).with_context(|| name.to_owned())?;
        self.put(name, &new)
    }

    /// The folder `name` must contain no files but `names`.
    pub fn only(&mut self, name: &str, names: &[String]) -> Result<()> {
        for entry in
            fs::read_dir(self.root.join(name)).with_context(|| format!("reading {name}"))?
        {
            let entry = entry?;
            let own = entry.file_name().to_string_lossy().into_owned();
            if names.contains(&own) {
                continue;
            }
            match self.is_check {
                true => self.stale.push(format!("{name}/{own}")),
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }

    /// Fails with the names of the files that are not as expected.
    pub fn finish(self) -> Result<()> {
        if self.stale.is_empty() {
            return Ok(());
        }
        bail!(
            "run `cargo xtask generate`: {} would change",
            self.stale.join(", ")
        )
    }
}

fn with_region(old: &str, begin: &str, end: &str, text: &str) -> Result<String> {
    let (head, rest) = old
        .split_once(&format!("{begin}\n"))
        .with_context(|| format!("there is no line `{begin}`"))?;
    let (_, tail) = rest
        .split_once(&format!("{end}\n"))
        .with_context(|| format!("there is no line `{end}` after `{begin}`"))?;
    ensure!(
        !tail.contains(&format!("{begin}\n")),
        "the line `{begin}` is there twice"
    );
    Ok(format!("{head}{begin}\n{text}{end}\n{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_replaced_and_nothing_else() {
        let old = "a\n# <x>\nold\n# </x>\nb\n";
        let new = with_region(old, "# <x>", "# </x>", "1\n2\n").unwrap();
        assert_eq!(new, "a\n# <x>\n1\n2\n# </x>\nb\n");
        assert!(with_region("a\n", "# <x>", "# </x>", "").is_err());
        assert!(with_region("# <x>\n", "# <x>", "# </x>", "").is_err());
        let twice = "# <x>\n# </x>\n# <x>\n# </x>\n";
        assert!(with_region(twice, "# <x>", "# </x>", "").is_err());
    }

    #[test]
    fn a_check_writes_nothing_and_names_what_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("same"), "1").unwrap();
        fs::write(folder.path().join("other"), "1").unwrap();
        let mut files = Files::new(folder.path(), true);
        files.put("same", "1").unwrap();
        files.put("other", "2").unwrap();
        files.put("new", "3").unwrap();
        files.only("", &["same".to_owned()]).unwrap();
        let error = files.finish().unwrap_err().to_string();
        assert!(error.contains("other, new, /other would change"), "{error}");
        assert_eq!(fs::read(folder.path().join("other")).unwrap(), b"1");
        let mut files = Files::new(folder.path(), false);
        files.put("new", "3").unwrap();
        files.only("", &["new".to_owned()]).unwrap();
        files.finish().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

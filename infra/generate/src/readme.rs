//! The READMEs' tables: the operations with their addresses, and their costs as the tests measure them.

use std::path::Path;

use anyhow::{Context, Result};
use xtask::files::Files;

use crate::declared;
use crate::docs::{Chinese, costs};

pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    let costs = costs::rows(root)?;
    let words = Chinese::read(root)?;
    let chinese = costs.lines().map(|row| in_chinese(row, &words));
    let chinese: String = chinese.collect::<Result<_>>()?;
    for (name, heads, costs) in [
        (
            "README.md",
            [
                "| operation | address | function |",
                "| operation | round trips | read units | write units |",
            ],
            &costs,
        ),
        (
            "README.zh-CN.md",
            [
                "| 接口 | 地址 | 函数 |",
                "| 接口 | 往返次数 | 读单位 | 写单位 |",
            ],
            &chinese,
        ),
    ] {
        let [operations, cost] = heads;
        let rows: String = rows().collect();
        let table = format!("\n{operations}\n|---|---|---|\n{rows}\n");
        files.put_region(name, "<!-- operations -->", "<!-- /operations -->", &table)?;
        let table = format!("\n{cost}\n|---|---|---|---|\n{costs}\n");
        files.put_region(name, "<!-- costs -->", "<!-- /costs -->", &table)?;
    }
    Ok(())
}

fn rows() -> impl Iterator<Item = String> {
    declared::operations().flat_map(|one| {
        let package = one.function.package();
        let paths = one.function.paths().into_iter();
        paths.map(move |path| format!("| `{}` | `{path}` | `{package}` |\n", one.name))
    })
}

/// A row of the table of costs, with its words in Chinese.
fn in_chinese(row: &str, chinese: &Chinese) -> Result<String> {
    let cost = costs::parse(row)?;
    if cost.words.is_empty() {
        return Ok(format!("{row}\n"));
    }
    let words = chinese.of(&cost.words);
    let words = words.with_context(|| format!("nothing is Chinese for `{}`", cost.words))?;
    let (operation, [trips, reads, writes]) = (cost.operation, cost.numbers);
    Ok(format!(
        "| `{operation}`，{words} | {trips} | {reads} | {writes} |\n"
    ))
}

//! The READMEs' tables: the operations with their addresses, and their costs as the tests measure them.

use std::path::Path;

use anyhow::{Context, Result};
use xtask::files::Files;

use crate::{declared, recorded};

/// The words after an operation's name in the table of costs, and their Chinese.
const WORDS: &[(&str, &str)] = &[
    (
        "10 messages with 30 replies, page 1 of 4",
        "10 条留言带 30 条回复，第 1 页（共 4 页）",
    ),
    ("the same, page 4", "同上，第 4 页"),
    ("signed in", "已登录"),
    ("a reply", "回复"),
    ("a reply after the 200th", "第 200 条之后的回复"),
    ("page 1", "第 1 页"),
    ("after the 200th", "第 200 条之后"),
    ("20 moments of 500 bytes", "20 条 500 字节的动态"),
    ("from `lastid` on", "从 `lastid` 开始"),
    ("signed in, from `lastid` on", "已登录，从 `lastid` 开始"),
    ("20 moments", "20 条动态"),
    ("from a new address", "来自新地址"),
    ("from a known address", "来自已知地址"),
    ("with a name and a new link", "带一个昵称和一个新链接"),
    ("of 100", "100 条微博"),
    ("of 20", "20 条"),
    ("of 1 weibo", "1 条微博"),
    ("of 1", "1 条"),
    ("allowed", "会员同意"),
    ("2 of a member", "一个会员的 2 条"),
    ("on another's weibo", "对别人的微博"),
    ("to another", "回复别人"),
    ("to another on a third's weibo", "在第三人的微博下回复别人"),
    ("back", "回关"),
    ("of type 2", "`type=2`"),
    ("of the usual 20", "20 条，未发送 `count`"),
    ("20 of 31", "31 人中的 20 人"),
    ("of another", "别人的"),
    ("of a fan", "粉丝"),
    ("a new nick", "新昵称"),
    ("of another's weibo", "别人的微博"),
    ("with reposts of one", "有一个人的转发"),
    ("of another's repost", "别人的转发"),
];

pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    let mut costs = String::new();
    for record in ["costs", "costs_people", "costs_reposts"] {
        costs += &recorded::text(root, record)?;
    }
    let chinese: String = costs.lines().map(in_chinese).collect::<Result<_>>()?;
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
fn in_chinese(row: &str) -> Result<String> {
    let of = || format!("the row `{row}`");
    let (operation, rest) = row
        .strip_prefix("| `")
        .and_then(|row| row.split_once('`'))
        .with_context(of)?;
    let (words, costs) = rest.split_once(" | ").with_context(of)?;
    let words = words.trim_start_matches([',', ' ']);
    if words.is_empty() {
        return Ok(format!("{row}\n"));
    }
    let chinese = WORDS.iter().find(|(english, _)| *english == words);
    let (_, chinese) = chinese.with_context(|| format!("nothing is Chinese for `{words}`"))?;
    Ok(format!("| `{operation}`，{chinese} | {costs}\n"))
}

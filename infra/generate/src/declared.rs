//! The operations of all families as one list.

use weiquan::http::Function;

/// A function with what its declaration says.
pub struct Declared {
    /// The function.
    pub function: &'static dyn Function,
    /// The name that callers use: an operation's name, or an address.
    pub name: &'static str,
    /// What it does.
    pub words: &'static str,
}

/// Every operation and page, family by family.
pub fn operations() -> impl Iterator<Item = Declared> {
    let okay = front::OKAY.iter().map(|op| Declared {
        function: *op,
        name: op.name,
        words: op.words,
    });
    let xweibo = front::XWEIBO.iter().map(|op| Declared {
        function: *op,
        name: op.name,
        words: op.words,
    });
    let qzone = front::QZONE.iter().map(|op| Declared {
        function: *op,
        name: op.path,
        words: op.words,
    });
    let pages = front::QZONE_PAGES.iter().map(|page| Declared {
        function: *page,
        name: page.path,
        words: page.words,
    });
    okay.chain(xweibo).chain(qzone).chain(pages)
}

/// All operations and pages, `docs`, and `front`.
pub fn functions() -> impl Iterator<Item = Declared> {
    let docs = Declared {
        function: &docs::Docs,
        name: "docs",
        words: "serves the pages of the documentation",
    };
    let front = Declared {
        function: &front::Front,
        name: "front",
        words: "serves old-style addresses, unknown names and short links",
    };
    operations().chain([docs, front])
}

//! The repository's Rust as it is parsed: what files name, and how long their functions are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::visit::{self, Visit};
use syn::{Block, Ident, Signature, Token, UseTree, Visibility};

use crate::support::sources::root;

/// What stands in a file outside of its unit tests.
#[derive(Default)]
pub struct Source {
    /// Every path that is imported or used, such as `crate::a::b`.
    pub names: BTreeSet<String>,
    /// Those that are exported again.
    pub exports: BTreeSet<String>,
    /// The functions: where each begins, its name, and the lines of its body.
    pub functions: Vec<(usize, String, usize)>,
}

impl Source {
    /// What is named right behind `start`, such as `crate::`.
    pub fn named(&self, start: &str) -> BTreeSet<String> {
        let rests = self
            .names
            .iter()
            .filter_map(|name| name.strip_prefix(start));
        let firsts = rests.map(|rest| rest.split("::").next().unwrap().to_owned());
        firsts.collect()
    }

    fn import(&mut self, start: &str, tree: &UseTree, is_export: bool) {
        let end = match tree {
            UseTree::Path(path) => {
                let start = format!("{start}{}::", path.ident);
                return self.import(&start, &path.tree, is_export);
            }
            UseTree::Group(group) => {
                let each = group.items.iter();
                return each.for_each(|tree| self.import(start, tree, is_export));
            }
            UseTree::Name(name) => name.ident.to_string(),
            UseTree::Rename(rename) => rename.ident.to_string(),
            UseTree::Glob(_) => "*".to_owned(),
        };
        let path = format!("{start}{end}");
        if is_export {
            self.exports.insert(path.clone());
        }
        self.names.insert(path);
    }

    /// The paths in what is no code yet.
    fn tokens(&mut self, tokens: TokenStream) {
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if input.peek(Token![crate]) || input.peek(Token![super]) {
                    let mut path = input.call(Ident::parse_any)?.to_string();
                    while input.peek(Token![::]) && input.peek3(Ident::peek_any) {
                        input.parse::<Token![::]>()?;
                        path += &format!("::{}", input.call(Ident::parse_any)?);
                    }
                    self.names.insert(path);
                } else if let TokenTree::Group(group) = input.parse()? {
                    self.tokens(group.stream());
                }
            }
            Ok(())
        };
        read.parse2(tokens).unwrap();
    }

    fn function(&mut self, signature: &Signature, body: &Block) {
        let braces = body.brace_token.span;
        let lines = braces.close().start().line - braces.open().start().line;
        let line = signature.fn_token.span.start().line;
        let name = signature.ident.to_string();
        self.functions.push((line, name, lines.saturating_sub(1)));
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_export = matches!(item.vis, Visibility::Public(_));
        self.import("", &item.tree, is_export);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let idents = path.segments.iter().map(|segment| &segment.ident);
        let idents: Vec<_> = idents.map(Ident::to_string).collect();
        self.names.insert(idents.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        self.tokens(call.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        visit::visit_meta_list(self, list);
        self.tokens(list.tokens.clone());
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.function(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(body) = &function.default {
            self.function(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

pub fn parse(file: &Path) -> syn::File {
    let text = std::fs::read_to_string(file).unwrap();
    syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

/// The Rust files of a folder of the repository, by their paths in it.
pub fn files(folder: &str) -> BTreeMap<PathBuf, PathBuf> {
    let top = root().join(folder);
    let mut found = BTreeMap::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == "rs") {
                found.insert(path.strip_prefix(&top).unwrap().to_owned(), path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// What stands in the files of a folder, by their paths in it.
pub fn sources(folder: &str) -> BTreeMap<PathBuf, Source> {
    let files = files(folder).into_iter();
    let files = files.filter(|(path, _)| !path.ends_with("tests.rs"));
    let read = files.map(|(path, file)| {
        let mut source = Source::default();
        source.visit_file(&parse(&file));
        (path, source)
    });
    read.collect()
}

/// What is left of `uses` after everything that uses nothing else of it: a circle and what stands above it, or nothing.
pub fn circle(mut uses: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let left: BTreeSet<String> = uses.keys().cloned().collect();
        uses.retain(|_, used| used.iter().any(|name| left.contains(name)));
        if uses.len() == left.len() {
            return uses;
        }
    }
}

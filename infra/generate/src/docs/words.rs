//! The words of the declarations in Chinese.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::reference::sentence;

/// The translations, by hand.
const TABLE: &str = "infra/generate/words/chinese.json";

/// The table of translations.
pub struct Chinese(BTreeMap<String, String>);

impl Chinese {
    /// Reads the table.
    pub fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(TABLE)).context(TABLE)?;
        Ok(Self(serde_json::from_str(&text).context(TABLE)?))
    }

    /// The Chinese for an English text.
    pub fn of(&self, english: &str) -> Option<&str> {
        self.0.get(english).map(String::as_str)
    }
}

/// The language in which something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

/// What was asked for.
#[derive(Default)]
struct Asked {
    used: BTreeSet<String>,
    missing: BTreeSet<String>,
}

/// The words, and which of them were asked for.
pub struct Words<'a> {
    chinese: &'a Chinese,
    asked: RefCell<Asked>,
}

impl<'a> Words<'a> {
    /// The words of a table.
    pub fn new(chinese: &'a Chinese) -> Self {
        Self {
            chinese,
            asked: RefCell::default(),
        }
    }

    /// The words in a language.
    pub fn in_language(&self, language: Language) -> In<'_> {
        In {
            words: self,
            language,
        }
    }

    /// What is translated, and nobody has asked for.
    pub fn unused(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        let all = self.chinese.0.keys();
        let unused = all.filter(|english| !asked.used.contains(*english));
        unused.cloned().collect()
    }

    /// What was asked for, and nobody has translated.
    pub fn missing(&self) -> Vec<String> {
        self.asked.borrow().missing.iter().cloned().collect()
    }
}

/// Words in one language.
#[derive(Clone, Copy)]
pub struct In<'a> {
    words: &'a Words<'a>,
    language: Language,
}

impl In<'_> {
    /// A text of the declarations, as a sentence.
    pub fn of(&self, english: &str) -> String {
        if english.is_empty() {
            return String::new();
        }
        let mut asked = self.words.asked.borrow_mut();
        asked.used.insert(english.to_owned());
        let Some(chinese) = self.words.chinese.of(english) else {
            asked.missing.insert(english.to_owned());
            return sentence(english);
        };
        match self.language {
            Language::English => sentence(english),
            Language::Chinese => chinese.to_owned(),
        }
    }

    /// The one of two texts that is in this language.
    pub fn two(&self, english: impl Into<String>, chinese: impl Into<String>) -> String {
        match self.language {
            Language::English => english.into(),
            Language::Chinese => chinese.into(),
        }
    }
}

//! What pages load, and the OpenAPI description.

use weiquan::http::{Answer, Request};

/// The types of the files.
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
/// How long browsers may use a file without asking. A new version shows after that time.
const CACHED: &str = "public, max-age=300";
/// The system's address in the description, which each system replaces by its own.
const LOCAL: &str = "\"url\": \"http://127.0.0.1:8080\"";

/// The files, by name.
macro_rules! files {
    ($($name:literal: $kind:ident,)+) => {
        const FILES: &[(&str, &str, &str)] = &[
            $(($name, $kind, include_str!(concat!("../assets/", $name))),)+
        ];
    };
}

files! {
    "docs.css": STYLE,
    "answer.mjs": SCRIPT,
    "call.mjs": SCRIPT,
    "comparison.mjs": SCRIPT,
    "digests.mjs": SCRIPT,
    "form.mjs": SCRIPT,
    "memory.mjs": SCRIPT,
    "search.mjs": SCRIPT,
    "signing.mjs": SCRIPT,
    "words.mjs": SCRIPT,
}

/// The file of a name.
pub fn file(name: &str) -> Option<Answer> {
    let (_, kind, text) = FILES.iter().find(|(own, ..)| *own == name)?;
    Some(cached(kind, (*text).to_owned()))
}

/// The OpenAPI description of this system. Tools on other sites may read it.
pub fn openapi(request: &Request) -> Answer {
    let text = include_str!("../../../docs/openapi.json");
    let own = format!("\"url\": \"{}\"", crate::example::origin(request));
    let text = text.replacen(LOCAL, &own, 1);
    cached("application/json", text).header("access-control-allow-origin", "*")
}

fn cached(kind: &str, text: String) -> Answer {
    let mut answer = Answer::new(200, kind, String::new(), 0);
    answer.body = text;
    answer.headers.retain(|(name, _)| *name != "cache-control");
    answer.header("cache-control", CACHED)
}

//! Parameters and answers as tables.

use std::fmt::{Result, Write};

use weiquan::schema::{Failure, Field, Kind, Param, Schema};

use super::sentence;
use crate::family_params::FamilyParam;

/// Adds one blank line.
pub(super) fn gap(out: &mut String) {
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// The rows of the parameters that every operation takes.
pub(super) fn of_family(out: &mut String, all: &[FamilyParam]) -> Result {
    for FamilyParam { label, words, .. } in all {
        writeln!(out, "| {label} | {words} |")?;
    }
    Ok(())
}

/// The table of an operation's parameters.
pub(super) fn params(out: &mut String, params: &[Param]) -> Result {
    if params.is_empty() {
        return Ok(());
    }
    gap(out);
    writeln!(
        out,
        "| parameter | type | required | range | meaning |\n|---|---|---|---|---|"
    )?;
    for param in params {
        let (name, words) = (param.name, param.words);
        let required = if param.required { "yes" } else { "" };
        let (kind, range) = kind(param.kind);
        writeln!(
            out,
            "| `{name}` | {kind} | {required} | {range} | {words} |"
        )?;
    }
    Ok(())
}

/// The type of a parameter, and its range and default.
fn kind(kind: Kind) -> (&'static str, String) {
    match kind {
        Kind::Text { min, max } => {
            let range = range(min, max, &usize::MIN, &usize::MAX);
            let unit = if range.is_empty() { "" } else { " characters" };
            ("text", range + unit)
        }
        Kind::Int { min, max, default } => {
            let range = range(min, max, &i64::MIN, &i64::MAX);
            let default = default.map(|value| format!("default {value}"));
            let parts = [Some(range).filter(|range| !range.is_empty()), default];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            ("int", parts.join(", "))
        }
        Kind::Flag { default } => {
            let default = default.map(|set| format!("default {}", i64::from(set)));
            ("1 or 0", default.unwrap_or_default())
        }
        Kind::List => ("list with commas", String::new()),
        Kind::Object => ("JSON object", String::new()),
        Kind::File => ("file", String::new()),
    }
}

/// `min to max`, without a limit that the type has anyway.
fn range<T: std::fmt::Display + PartialEq>(min: T, max: T, least: &T, most: &T) -> String {
    match (min == *least, max == *most) {
        (true, true) => String::new(),
        (false, true) => format!("{min} or more"),
        (true, false) => format!("at most {max}"),
        (false, false) if min == max => min.to_string(),
        (false, false) => format!("{min} to {max}"),
    }
}

/// The table of an operation's own failures; `names` are the headings of the number and the text.
pub(super) fn failures(out: &mut String, names: [&str; 2], failures: &[Failure]) -> Result {
    if failures.is_empty() {
        return Ok(());
    }
    let [code, text] = names;
    gap(out);
    writeln!(out, "| {code} | {text} | when |\n|---|---|---|")?;
    for Failure { code, text, when } in failures {
        writeln!(out, "| {code} | {text} | {} |", sentence(when))?;
    }
    Ok(())
}

/// The table of an answer: a row for each field, by its path. An answer that is not an object is called `root`.
pub(super) fn answer(out: &mut String, root: &str, schema: Schema) -> Result {
    gap(out);
    writeln!(out, "| answer | type | meaning |\n|---|---|---|")?;
    let mut objects = Vec::new();
    if let Schema::Object { .. } = schema {
        return nested(out, "", schema, &mut objects);
    }
    writeln!(out, "| `{root}` | {} | |", type_of(schema, &objects))?;
    nested(out, root, schema, &mut objects)
}

/// The objects around a field, with their paths.
type Objects = Vec<(&'static str, String)>;

/// The rows for the fields in `schema`, which is at `path`.
fn nested(out: &mut String, path: &str, schema: Schema, objects: &mut Objects) -> Result {
    match schema {
        Schema::Nullable(schema) => nested(out, path, *schema, objects),
        Schema::List(schema) => nested(out, &format!("{path}[]"), *schema, objects),
        Schema::Map(schema) => nested(out, &format!("{path}.*"), *schema, objects),
        Schema::Object { name, fields } => {
            objects.push((name, path.to_owned()));
            for field in fields {
                row(out, path, field, objects)?;
            }
            objects.pop();
            Ok(())
        }
        Schema::Text | Schema::Integer | Schema::Boolean | Schema::Any | Schema::Reference(_) => {
            Ok(())
        }
    }
}

fn row(out: &mut String, path: &str, field: &Field, objects: &mut Objects) -> Result {
    let path = match path {
        "" => field.name.to_owned(),
        path => format!("{path}.{}", field.name),
    };
    let kind = type_of(field.schema, objects);
    let optional = if field.optional { ", optional" } else { "" };
    writeln!(out, "| `{path}` | {kind}{optional} | {} |", field.words)?;
    nested(out, &path, field.schema, objects)
}

fn type_of(schema: Schema, objects: &Objects) -> String {
    match schema {
        Schema::Text => "text".to_owned(),
        Schema::Integer => "int".to_owned(),
        Schema::Boolean => "true or false".to_owned(),
        Schema::Any => "anything".to_owned(),
        Schema::Nullable(schema) => format!("{} or null", type_of(*schema, objects)),
        Schema::List(schema) => format!("list of {}", type_of(*schema, objects)),
        Schema::Map(schema) => format!("map of {}", type_of(*schema, objects)),
        Schema::Object { .. } => "object".to_owned(),
        Schema::Reference(name) => {
            let around = objects.iter().rev().find(|(own, _)| *own == name);
            around.map_or_else(
                || "object".to_owned(),
                |(_, path)| format!("object as `{path}`"),
            )
        }
    }
}

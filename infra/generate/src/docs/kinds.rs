//! Types and limits in words.

use serde_json::{Value, json};
use weiquan::schema::{Field, Kind, Param, Schema};

use super::words::In;

/// A parameter as a row of a page's table and a field of its form.
pub fn param(
    name: &str,
    param: &Param,
    example: Option<&str>,
    is_in_path: bool,
    words: &In<'_>,
) -> Value {
    let (kind, limits, default) = kind(param.kind, words);
    json!({
        "name": name,
        "type": kind,
        "limits": limits,
        "default": default,
        "required": param.required,
        "words": words.of(param.words),
        "example": example,
        "is_file": param.kind == Kind::File,
        "is_object": param.kind == Kind::Object,
        "is_md5": param.words.contains("MD5"),
        "is_in_path": is_in_path,
    })
}

/// Type, limits and default.
fn kind(kind: Kind, words: &In<'_>) -> (String, String, Option<i64>) {
    let none = String::new();
    match kind {
        Kind::Text { min, max } => {
            let limits = range(min, max, &usize::MIN, &usize::MAX, words);
            let unit = match limits.as_str() {
                "" => none,
                _ => words.two(" characters", " 个字符"),
            };
            (words.two("text", "文本"), limits + &unit, None)
        }
        Kind::Int { min, max, default } => {
            let limits = range(min, max, &i64::MIN, &i64::MAX, words);
            (words.two("int", "整数"), limits, default)
        }
        Kind::Flag { default } => (words.two("1 or 0", "1 或 0"), none, default.map(i64::from)),
        Kind::List => (words.two("list with commas", "逗号分隔的列表"), none, None),
        Kind::Object => (words.two("JSON object", "JSON 对象"), none, None),
        Kind::File => (words.two("file", "文件"), none, None),
    }
}

/// From `min` to `max`, without a limit that the type has anyway.
fn range<T: std::fmt::Display + PartialEq>(
    min: T,
    max: T,
    least: &T,
    most: &T,
    words: &In<'_>,
) -> String {
    match (min == *least, max == *most) {
        (true, true) => String::new(),
        (false, true) => words.two(format!("{min} or more"), format!("不小于 {min}")),
        (true, false) => words.two(format!("at most {max}"), format!("最多 {max}")),
        (false, false) if min == max => min.to_string(),
        (false, false) => words.two(format!("{min} to {max}"), format!("{min} 至 {max}")),
    }
}

/// The fields of an answer, a row for each by its path. An answer that is no object is called `root`.
pub fn fields(root: &str, schema: Schema, words: &In<'_>) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    if let Schema::Object { .. } = schema {
        nested("", schema, &mut objects, words, &mut rows);
    } else {
        let kind = type_of(schema, &objects, words);
        rows.push(json!({ "path": root, "type": kind, "words": "" }));
        nested(root, schema, &mut objects, words, &mut rows);
    }
    rows
}

/// The objects around a field, with their paths.
type Objects = Vec<(&'static str, String)>;

fn nested(
    path: &str,
    schema: Schema,
    objects: &mut Objects,
    words: &In<'_>,
    rows: &mut Vec<Value>,
) {
    match schema {
        Schema::Nullable(schema) => nested(path, *schema, objects, words, rows),
        Schema::List(schema) => nested(&format!("{path}[]"), *schema, objects, words, rows),
        Schema::Map(schema) => nested(&format!("{path}.*"), *schema, objects, words, rows),
        Schema::Object { name, fields } => {
            objects.push((name, path.to_owned()));
            for field in fields {
                row(path, field, objects, words, rows);
            }
            objects.pop();
        }
        Schema::Text | Schema::Integer | Schema::Boolean | Schema::Any | Schema::Reference(_) => {}
    }
}

fn row(path: &str, field: &Field, objects: &mut Objects, words: &In<'_>, rows: &mut Vec<Value>) {
    let path = match path {
        "" => field.name.to_owned(),
        path => format!("{path}.{}", field.name),
    };
    let mut kind = type_of(field.schema, objects, words);
    if field.optional {
        kind += &words.two(", optional", "，可能没有");
    }
    rows.push(json!({ "path": path, "type": kind, "words": words.of(field.words) }));
    nested(&path, field.schema, objects, words, rows);
}

fn type_of(schema: Schema, objects: &Objects, words: &In<'_>) -> String {
    let inner = |schema: &Schema| type_of(*schema, objects, words);
    match schema {
        Schema::Text => words.two("text", "文本"),
        Schema::Integer => words.two("int", "整数"),
        Schema::Boolean => words.two("true or false", "true 或 false"),
        Schema::Any => words.two("anything", "任意"),
        Schema::Nullable(schema) => inner(schema) + &words.two(" or null", " 或 null"),
        Schema::List(schema) => words.two("list of ", "列表，每项为") + &inner(schema),
        Schema::Map(schema) => words.two("map of ", "映射，值为") + &inner(schema),
        Schema::Object { .. } => words.two("object", "对象"),
        Schema::Reference(name) => {
            let around = objects.iter().rev().find(|(own, _)| *own == name);
            match around {
                Some((_, path)) => words.two(
                    format!("object as `{path}`"),
                    format!("与 `{path}` 相同的对象"),
                ),
                None => words.two("object", "对象"),
            }
        }
    }
}

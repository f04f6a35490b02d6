//! Tables. Wide ones scroll by themselves, and the keyboard reaches them.

use weiquan::html::{Language, escape};

use crate::data::Error;
use crate::words;

/// A table with a name (plain), heads (plain) and rows (HTML).
pub fn table(name: &str, heads: &[&str], rows: &str) -> String {
    let heads: String = heads
        .iter()
        .map(|head| format!("<th scope=\"col\">{}</th>", escape(head)))
        .collect();
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        escape(name)
    )
}

/// A row of cells (HTML), the first one its head.
pub fn row(cells: &[String]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(place, cell)| match place {
            0 => format!("<th scope=\"row\">{cell}</th>"),
            _ => format!("<td>{cell}</td>"),
        })
        .collect();
    format!("<tr>{cells}</tr>\n")
}

/// Errors with what to do about them; the scripts look them up.
pub fn errors(language: Language, name: &str, errors: &[Error]) -> String {
    let rows: String = errors
        .iter()
        .map(|error| {
            format!(
                "<tr data-error=\"{field}={code}\" data-msg=\"{text}\"><th scope=\"row\"><code>{field} {code}</code></th>\
                 <td>{text}</td><td data-when>{when}</td><td data-remedy>{remedy}</td></tr>\n",
                field = error.name,
                code = error.code,
                text = escape(&error.text),
                when = words(&error.when),
                remedy = words(&error.remedy),
            )
        })
        .collect();
    let heads = match language {
        Language::Chinese => ["错误码", "提示", "何时出现", "怎么办"],
        Language::English => ["code", "text", "when", "what to do"],
    };
    table(name, &heads, &rows)
}

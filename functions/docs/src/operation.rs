//! `/docs/{page}`: an operation.

use weiquan::html::{Language, escape};
use weiquan::http::{Answer, Request};

use crate::data::{Data, Group, Operation};
use crate::example::{self, Call};
use crate::table::{errors, row, table};
use crate::{form, words};

/// The page.
pub fn page(request: &Request, language: Language, data: &Data, op: &Operation) -> Answer {
    let is_local = example::is_local(request);
    let none = Group::default();
    let group = data.groups.get(&op.group).unwrap_or(&none);
    let body = [
        head(language, op),
        form::section(language, op, is_local),
        params(language, op, group),
        answers(language, op),
        failures(language, op, group),
        costs(language, op),
        calls(
            language,
            op,
            &Call::new(op, &example::origin(request), is_local),
        ),
    ]
    .concat();
    crate::page(request, &op.name, body, "form.mjs").answer()
}

/// A part of the page.
fn section(id: &str, title: &str, content: &str) -> String {
    match content {
        "" => String::new(),
        content => format!(
            "<section class=\"card\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{content}</section>\n"
        ),
    }
}

fn head(language: Language, op: &Operation) -> String {
    let back = language.of_two("全部接口", "All operations");
    let faq = language.of_two("常见问题", "FAQ");
    let methods = op.methods.join(language.of_two(" 或 ", " or "));
    let addresses: String = op
        .paths
        .iter()
        .map(|path| format!("<li><code>{methods} {}</code></li>\n", escape(path)))
        .collect();
    let notes: String = op
        .notes
        .iter()
        .map(|note| format!("<li>{}</li>\n", words(note)))
        .collect();
    let function = language.of_two("函数", "function");
    format!(
        "<p><a href=\"/docs\">← {back}</a> · <a href=\"/docs/faq\">{faq}</a></p>\n<p class=\"lead\">{}</p>\n\
         <ul class=\"facts\">\n{addresses}{notes}<li>{function} <code>{}</code></li>\n</ul>\n",
        words(&op.words),
        op.package
    )
}

fn params(language: Language, op: &Operation, group: &Group) -> String {
    let title = language.of_two("参数", "Parameters");
    let yes = language.of_two("是", "yes");
    let own: String = op
        .params
        .iter()
        .map(|param| {
            row(&[
                format!("<code>{}</code>", param.name),
                escape(&param.kind),
                if param.required {
                    yes.to_owned()
                } else {
                    String::new()
                },
                escape(&param.limits),
                param
                    .default
                    .map(|default| default.to_string())
                    .unwrap_or_default(),
                words(&param.words),
            ])
        })
        .collect();
    let heads = match language {
        Language::Chinese => ["参数", "类型", "必填", "范围", "默认值", "说明"],
        Language::English => [
            "parameter",
            "type",
            "required",
            "limits",
            "default",
            "meaning",
        ],
    };
    let own = match own.as_str() {
        "" => format!(
            "<p>{}</p>\n",
            language.of_two("没有自己的参数。", "None of its own.")
        ),
        own => table(title, &heads, own),
    };
    let common: String = group
        .params
        .iter()
        .map(|param| row(&[words(&param.label), words(&param.words)]))
        .collect();
    let common_title =
        language.of_two("这一类接口共有的参数", "Parameters of all these operations");
    let heads = match language {
        Language::Chinese => ["参数", "说明"],
        Language::English => ["parameter", "meaning"],
    };
    let common = match common.as_str() {
        "" => String::new(),
        rows => format!(
            "<details><summary>{common_title}</summary>\n{}</details>\n",
            table(common_title, &heads, rows)
        ),
    };
    section("params", title, &(own + &common))
}

fn answers(language: Language, op: &Operation) -> String {
    let title = language.of_two("返回", "Answer");
    let example = op.answer.as_ref().map(|answer| {
        format!(
            "<h3>{} <small>{}</small></h3>\n<pre tabindex=\"0\">{}</pre>\n",
            language.of_two("返回示例", "Example"),
            answer.media_type,
            escape(&answer.body)
        )
    });
    let rows: String = op
        .fields
        .iter()
        .map(|field| {
            row(&[
                format!("<code>{}</code>", field.path),
                words(&field.kind),
                words(&field.words),
            ])
        })
        .collect();
    let heads = match language {
        Language::Chinese => ["字段", "类型", "说明"],
        Language::English => ["field", "type", "meaning"],
    };
    let fields = match rows.as_str() {
        "" => String::new(),
        rows => {
            let name = language.of_two("返回的字段", "Fields");
            format!("<h3>{name}</h3>\n{}", table(name, &heads, rows))
        }
    };
    section("answer", title, &(example.unwrap_or_default() + &fields))
}

fn failures(language: Language, op: &Operation, group: &Group) -> String {
    let title = language.of_two("错误", "Errors");
    let own_title = language.of_two("这个接口的错误", "Errors of this operation");
    let own = match op.errors.as_slice() {
        [] => String::new(),
        own => errors(language, own_title, own),
    };
    let all_title = language.of_two("这一类接口共有的错误", "Errors of all these operations");
    let all = errors(language, all_title, &group.errors);
    section(
        "errors",
        title,
        &format!("{own}<details><summary>{all_title}</summary>\n{all}</details>\n"),
    )
}

fn costs(language: Language, op: &Operation) -> String {
    let title = language.of_two("花费", "Costs");
    let rows: String = op
        .costs
        .iter()
        .map(|cost| {
            let usual = language.of_two("一次调用", "a call");
            let what = if cost.words.is_empty() {
                usual.to_owned()
            } else {
                words(&cost.words)
            };
            let numbers = cost.numbers.iter().map(|number| escape(number));
            row(&[what].into_iter().chain(numbers).collect::<Vec<_>>())
        })
        .collect();
    let heads = match language {
        Language::Chinese => ["调用", "往返次数", "读单位", "写单位"],
        Language::English => ["call", "round trips", "read units", "write units"],
    };
    let about = language.of_two(
        "测得的 DynamoDB 往返次数和容量单位。",
        "Round trips to DynamoDB and its capacity units, as measured.",
    );
    match rows.as_str() {
        "" => String::new(),
        rows => section(
            "costs",
            title,
            &format!(
                "<p class=\"quiet\">{about}</p>\n{}",
                table(title, &heads, rows)
            ),
        ),
    }
}

fn calls(language: Language, op: &Operation, call: &Call<'_>) -> String {
    let title = language.of_two("调用示例", "Example calls");
    let about = match (op.signature.as_str(), call.is_local) {
        ("none", _) => "",
        (_, true) => language.of_two(
            "密钥是本地系统的演示数据，粘贴即可运行；换成您自己的即可用于您的系统。",
            "The keys are the local system's demo data: paste and run. Put yours in their place for your system.",
        ),
        (_, false) => language.of_two(
            "请把 YOUR_… 换成您的密钥。",
            "Put your keys in place of YOUR_….",
        ),
    };
    let calls: String = example::LANGUAGES
        .iter()
        .enumerate()
        .map(|(place, (id, name, write))| {
            let open = if place == 0 { " open" } else { "" };
            format!(
                "<details{open}><summary>{name}</summary>\n<pre tabindex=\"0\" data-call=\"{id}\">{}</pre></details>\n",
                escape(&write(call))
            )
        })
        .collect();
    let about = match about {
        "" => String::new(),
        about => format!("<p>{about}</p>\n"),
    };
    section("calls", title, &(about + &calls))
}

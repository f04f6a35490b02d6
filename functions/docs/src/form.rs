//! The form of an operation. The scripts show it, sign in the page and send; `functions/docs/README.md` says what they
//! find here.

use weiquan::html::{Language, escape};

use crate::data::{Credential, Operation, Param};
use crate::words;

/// The section with the form. On a local system the demo keys are among the examples.
pub fn section(language: Language, op: &Operation, is_local: bool) -> String {
    // A page on which members type their passwords has a form of its own.
    if op.params.iter().any(|own| own.name == "csrf") {
        return page_link(language, op);
    }
    let credentials: String = op
        .credentials
        .iter()
        .map(|own| credential(language, own, is_local))
        .collect();
    let params: String = op.params.iter().map(|own| param(language, own)).collect();
    let keys = fieldset(language.of_two("密钥", "Keys"), &credentials);
    let remembered = language.of_two(
        "在关闭这个标签页之前记住密钥",
        "Remember the keys until this tab is closed",
    );
    // The script looks for it on every page.
    let is_hidden = if op.credentials.is_empty() {
        " hidden"
    } else {
        ""
    };
    let [method, path] =
        [op.methods.first(), op.paths.first()].map(|one| one.map_or("", |one| one.as_str()));
    format!(
        "<section class=\"card\" aria-labelledby=\"try\">\n<h2 id=\"try\">{title}</h2>\n\
         <noscript><p class=\"notice\">{noscript}</p></noscript>\n\
         <form data-try data-family=\"{family}\" data-operation=\"{name}\" data-method=\"{method}\" data-path=\"{path}\" \
         data-signature=\"{signature}\" autocomplete=\"off\" hidden>\n{keys}\
         <p{is_hidden}><label class=\"check\"><input type=\"checkbox\" data-remember> {remembered}</label></p>\n\
         {methods}{params}<p class=\"actions\" data-buttons><button class=\"primary\">{send}</button>\
         <button type=\"button\" data-fill>{fill}</button></p>\n<p><output data-time></output></p>\n</form>\n\
         <div class=\"notice\" data-explanation hidden></div>\n\
         <div data-results hidden><h3>{request}</h3>\n<pre tabindex=\"0\"><output data-request></output></pre>\n\
         <h3>{answer}</h3>\n<pre tabindex=\"0\"><output data-answer></output></pre></div>\n</section>\n",
        title = language.of_two("在线测试", "Try it"),
        noscript = language.of_two(
            "表单需要 JavaScript：签名在页面里计算，密钥不会离开本页。没有它时，请用下面的调用示例。",
            "The form needs JavaScript: it signs in the page, and secrets never leave it. Without it, use the calls below.",
        ),
        family = op.family,
        name = escape(&op.name),
        path = escape(path),
        signature = op.signature,
        methods = methods(language, op),
        params = fieldset(language.of_two("参数", "Parameters"), &params),
        send = match op.signature.as_str() {
            "none" => language.of_two("发送", "Send"),
            _ => language.of_two("签名并发送", "Sign and send"),
        },
        fill = language.of_two("填入示例", "Fill in the example"),
        request = language.of_two("请求", "Request"),
        answer = language.of_two("回答", "Answer"),
    )
}

/// The section of a page for members: the way there instead of a form.
fn page_link(language: Language, op: &Operation) -> String {
    format!(
        "<section class=\"card\" aria-labelledby=\"try\">\n<h2 id=\"try\">{title}</h2>\n\
         <p><a href=\"{path}\">{open}</a></p>\n</section>\n",
        title = language.of_two("在线测试", "Try it"),
        path = escape(op.paths.first().map_or("", |path| path)),
        open = language.of_two("打开这个页面", "Open the page"),
    )
}

fn fieldset(legend: &str, fields: &str) -> String {
    match fields {
        "" => String::new(),
        fields => format!("<fieldset><legend>{legend}</legend>\n{fields}</fieldset>\n"),
    }
}

fn methods(language: Language, op: &Operation) -> String {
    if op.methods.len() < 2 {
        return String::new();
    }
    let options: String = op
        .methods
        .iter()
        .map(|method| format!("<option>{method}</option>"))
        .collect();
    let label = language.of_two("请求方法", "Method");
    format!(
        "<div class=\"field\"><label for=\"method\">{label}</label><select id=\"method\" data-choose-method>{options}\
         </select></div>\n"
    )
}

/// A field with its label, and a hint (HTML) if it is not empty.
fn field(id: &str, label: &str, control: &str, hint: &str) -> String {
    let hint = match hint {
        "" => String::new(),
        hint => format!("<p class=\"quiet\" id=\"{id}-hint\">{hint}</p>"),
    };
    format!("<div class=\"field\"><label for=\"{id}\">{label}</label>{control}{hint}</div>\n")
}

fn credential(language: Language, own: &Credential, is_local: bool) -> String {
    let id = format!("key-{}", own.name);
    let example = match own.example.as_str() {
        "" => String::new(),
        example if is_local => format!(" data-example=\"{}\"", escape(example)),
        _ => String::new(),
    };
    let kind = if own.is_secret { "password" } else { "text" };
    let hint = hint(language, &own.name);
    let described = if hint.is_empty() {
        String::new()
    } else {
        format!(" aria-describedby=\"{id}-hint\"")
    };
    let control = format!(
        "<input id=\"{id}\" type=\"{kind}\" data-credential=\"{}\" autocomplete=\"off\" spellcheck=\"false\"{example}{described}>",
        own.name
    );
    field(
        &id,
        &label(language, &own.name, own.is_required),
        &control,
        hint,
    )
}

/// What a credential is, beyond its name.
fn hint(language: Language, name: &str) -> &'static str {
    let [chinese, english] = match name {
        "app_secrect" => [
            "应用的密钥，只用于签名，不会发送；不要求签名的应用可以留空",
            "The app's secret: it signs and is not sent. Leave it empty for an app without signatures",
        ],
        "akey" => [
            "站点的 App Key，参与签名",
            "The site's App Key, which is signed",
        ],
        "skey" => [
            "站点的 App Secret，只用于签名",
            "The site's App Secret: it signs and is not sent",
        ],
        "api_key" => ["额外密钥，通常为空", "The extra secret, mostly empty"],
        "api_uid" => ["合作站点的用户", "The user of the partner site"],
        "consumer_secret" => ["appkey，只用于签名", "The appkey: it signs and is not sent"],
        "token_secret" => [
            "token 的密钥，只用于签名",
            "The token's secret: it signs and is not sent",
        ],
        "base_url" => [
            "签名所用的地址，如 http://openapi.qzone.qq.com；留空即本站",
            "The address that is signed, such as http://openapi.qzone.qq.com; this site's if empty",
        ],
        _ => ["", ""],
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

fn label(language: Language, name: &str, is_required: bool) -> String {
    let required = language.of_two("必填", "required");
    match is_required {
        true => format!("<code>{name}</code> <small>{required}</small>"),
        false => format!("<code>{name}</code>"),
    }
}

fn param(language: Language, own: &Param) -> String {
    let id = format!("param-{}", own.name);
    let example = own.example.as_deref();
    let example = example
        .map(|text| format!(" data-example=\"{0}\" placeholder=\"{0}\"", escape(text)))
        .unwrap_or_default();
    let mark = |is: bool, name: &'static str| if is { name } else { "" };
    let marks = [
        mark(own.required && !own.is_file, " data-required"),
        mark(own.is_in_path, " data-in-path"),
        mark(own.is_md5, " data-md5"),
    ]
    .concat();
    let attributes = format!(
        "id=\"{id}\" name=\"{}\" data-param{marks}{example} aria-describedby=\"{id}-hint\"",
        own.name
    );
    let control = match (own.is_file, own.is_object || is_long(own)) {
        (true, _) => format!("<input type=\"file\" {attributes}>"),
        (false, true) => {
            format!("<textarea rows=\"3\" spellcheck=\"false\" {attributes}></textarea>")
        }
        (false, false) => {
            format!("<input type=\"text\" autocomplete=\"off\" spellcheck=\"false\" {attributes}>")
        }
    };
    field(
        &id,
        &label(language, &own.name, own.required),
        &control,
        &words(&own.words),
    )
}

/// Whether a parameter takes several lines.
fn is_long(own: &Param) -> bool {
    ["content", "text", "comment", "summary", "feeds_data"]
        .iter()
        .any(|part| own.name.ends_with(part))
        && own.limits.is_empty()
        && !own.is_md5
}

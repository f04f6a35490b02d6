//! `docs/weiquan.http` and `docs/http-client.env.json`: a call of every operation, for JetBrains' HTTP client and the
//! REST clients that read the same files.

use anyhow::Result;
use serde_json::{Map, Value, json};
use weiquan::form_data::percent_encode;
use weiquan::http::Function;
use weiquan::okay::Login;
use weiquan::schema::{Kind, Param};
use weiquan::{qzone, xweibo};
use xtask::files::Files;

use crate::reference::sentence;

const NAME: &str = "docs/weiquan.http";
const ENVIRONMENTS: &str = "docs/http-client.env.json";

/// The head, with what signs. Scripts run before a request, where a client has them.
const HEAD: &str = "# A call of every operation. The environments are in http-client.env.json: `local` has the demo\n\
    # data's keys, `deployed` is to be filled in. Written by `cargo xtask generate`.\n\
    #\n\
    # Calls of OkayAPI are by the app `open_app`, which needs no signature. Those of Xweibo and QZone are signed by\n\
    # the script above each, which JetBrains' client runs.\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\n\n";
/// Signs a call of Xweibo.
const XWEIBO: &str = "< {%\n    const time = String(Math.floor(Date.now() / 1000));\n    \
    const of = (name) => request.environment.get(name) ?? \"\";\n    \
    const text = [of(\"akey\"), of(\"api_uid\"), time, of(\"skey\"), \"@operation\", of(\"api_key\")].join(\"#\");\n    \
    request.variables.set(\"api_time\", time);\n    \
    request.variables.set(\"api_sign\", crypto.md5().updateWithText(text).digest().toHex());\n%}\n";
/// Signs a call of QZone; `@own` are the parameters of the operation.
const OAUTH: &str = "< {%\n    const of = (name) => request.environment.get(name) ?? \"\";\n    \
    const encode = (text) => encodeURIComponent(text)\n        \
    .replace(/[!'()*]/g, (mark) => \"%\" + mark.charCodeAt(0).toString(16).toUpperCase());\n    \
    const params = {\n        oauth_consumer_key: of(\"oauth_consumer_key\"),\n        \
    oauth_nonce: String(Math.random()).slice(2),\n        oauth_signature_method: \"HMAC-SHA1\",\n        \
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),\n        oauth_version: \"1.0\",\n@own    };\n    \
    const text = Object.keys(params).sort().map((name) => name + \"=\" + params[name]).join(\"&\");\n    \
    const base = [\"POST\", encode(of(\"base_url\") + \"@path\"), encode(text)].join(\"&\");\n    \
    params.oauth_signature = crypto.hmac.sha1().withTextSecret(of(\"consumer_secret\") + \"&\" + @secret)\n        \
    .updateWithText(base).digest().toBase64();\n    \
    const body = Object.keys(params).map((name) => name + \"=\" + encode(params[name])).join(\"&\");\n    \
    request.variables.set(\"signed\", body);\n%}\n";

pub fn generate(files: &mut Files<'_>) -> Result<()> {
    files.put(NAME, &calls())?;
    files.put(
        ENVIRONMENTS,
        &(serde_json::to_string_pretty(&environments())? + "\n"),
    )
}

/// The same names in both environments.
fn environments() -> Value {
    let demo = demo::describe("", "", "").credentials();
    let (consumer, token, allowed) = (demo.consumer, demo.token, demo.allowed_token);
    let values = [
        ("open_app", demo::OPEN_APP.to_owned()),
        ("uuid", demo.session.0),
        ("token", demo.session.1),
        ("akey", demo.xweibo.0),
        ("skey", demo.xweibo.1),
        ("api_key", demo.xweibo.2),
        ("api_uid", demo.site_uid),
        ("oauth_consumer_key", consumer.0),
        ("consumer_secret", consumer.1),
        ("oauth_token", token.0),
        ("token_secret", token.1),
        ("openid", demo.openid),
        ("request_token", allowed.0),
        ("request_token_secret", allowed.1),
        ("oauth_vericode", allowed.2),
    ];
    let (mut local, mut deployed) = (Map::new(), Map::new());
    for (name, value) in values {
        local.insert(name.to_owned(), value.into());
        deployed.insert(name.to_owned(), String::new().into());
    }
    let address = "base_url".to_owned();
    local.insert(address.clone(), "http://127.0.0.1:8080".into());
    deployed.insert(address, "https://your-address".into());
    json!({ "local": local, "deployed": deployed })
}

fn calls() -> String {
    let mut text = HEAD.to_owned();
    for op in front::OKAY {
        let login = match op.login {
            Login::Required => vec![variable("uuid"), variable("token")],
            _ => Vec::new(),
        };
        let app = vec!["app_key={{open_app}}".to_owned()];
        let pairs = [app, login, own(op.params)].concat();
        call(&mut text, *op, op.words, "", FORM, &pairs.join("&"));
    }
    for op in front::XWEIBO {
        add_xweibo(&mut text, op);
    }
    for op in front::QZONE {
        add_qzone(&mut text, op);
    }
    for page in front::QZONE_PAGES {
        let event = demo::event(*page, "", None);
        let (path, query) = (event.raw_path, event.raw_query_string);
        let query = if query.is_empty() {
            query
        } else {
            format!("?{query}")
        };
        text += &format!(
            "\n### {}: {}\nGET {{{{base_url}}}}{path}{query}\n",
            page.path, page.words
        );
    }
    text
}

/// Adds a call of Xweibo: a form, or with a picture a body of several parts.
fn add_xweibo(text: &mut String, op: &'static xweibo::Operation) {
    let script = XWEIBO.replace("@operation", op.name);
    let signed = ["api_uid", "api_time", "api_sign"];
    let Some(file) = op.file() else {
        let pairs = [signed.map(variable).to_vec(), own(op.params)].concat();
        return call(text, op, op.words, &script, FORM, &pairs.join("&"));
    };
    let values = op.params.iter();
    let values = values.filter_map(|param| Some((param.name, param.example?.to_owned())));
    let signed = signed.map(|name| (name, format!("{{{{{name}}}}}")));
    let part = |(name, value)| {
        format!("--weiquan\nContent-Disposition: form-data; name=\"{name}\"\n\n{value}\n")
    };
    let parts: String = signed.into_iter().chain(values).map(part).collect();
    let picture = format!(
        "--weiquan\nContent-Disposition: form-data; name=\"{file}\"; filename=\"picture.png\"\n\
         Content-Type: image/png\n\n< ./picture.png\n--weiquan--"
    );
    let head = "Content-Type: multipart/form-data; boundary=weiquan\n\n";
    call(text, op, op.words, &script, head, &(parts + &picture));
}

/// Adds a call of QZone.
fn add_qzone(text: &mut String, op: &'static qzone::Operation) {
    let of = |name: &str, variable: &str| format!("        {name}: of(\"{variable}\"),\n");
    let (mut own, secret) = match op.handle {
        qzone::Handle::Site(_) => (String::new(), "\"\""),
        qzone::Handle::RequestToken(_) => (
            of("oauth_token", "request_token") + &of("oauth_vericode", "oauth_vericode"),
            "of(\"request_token_secret\")",
        ),
        qzone::Handle::Member(_) => (
            of("oauth_token", "oauth_token") + &of("openid", "openid"),
            "of(\"token_secret\")",
        ),
    };
    for param in op.params {
        if let Some(example) = param.example {
            own += &format!("        {}: {},\n", param.name, Value::from(example));
        }
    }
    let script = OAUTH
        .replace("@own", &own)
        .replace("@path", op.path)
        .replace("@secret", secret);
    call(text, op, op.words, &script, FORM, "{{signed}}");
}

/// Adds a call.
fn call(
    text: &mut String,
    function: &dyn Function,
    words: &str,
    script: &str,
    head: &str,
    body: &str,
) {
    let paths = function.paths();
    let path = paths.first().map_or("", String::as_str);
    *text += &format!(
        "\n### {}: {}\n{script}POST {{{{base_url}}}}{path}\n{head}{body}\n",
        function.package(),
        sentence(words)
    );
}

/// A parameter with the value of a variable of its name.
fn variable(name: &str) -> String {
    format!("{name}={{{{{name}}}}}")
}

/// The parameters that have an example, encoded.
fn own(params: &[Param]) -> Vec<String> {
    let values = params.iter().filter(|param| param.kind != Kind::File);
    let values = values
        .filter_map(|param| Some(format!("{}={}", param.name, percent_encode(param.example?))));
    values.collect()
}

//! JavaScript for Node 18 and newer, as a module (`call.mjs`).

use super::python::quote;
use super::{Call, PIXEL, Signature};

/// Writes the call.
pub fn write(call: &Call<'_>) -> String {
    let url = quote(&call.url);
    let random = [
        "randomBytes(8).toString(\"hex\")",
        "String(Math.floor(Date.now() / 1000))",
    ];
    let params = call.lines(quote, random, |name, value| {
        format!("    {name}: {value},\n")
    });
    let (import, signed) = match &call.signature {
        Signature::None => {
            return format!(
                "const answer = await fetch({url});\nconsole.log(await answer.text());\n"
            );
        }
        Signature::Okay(secret) => (
            "createHash",
            format!(
                "const params = {{\n{params}}};\n\
                 const text = Object.keys(params).sort().map((name) => params[name]).join(\"\") + {};\n\
                 params.sign = createHash(\"md5\").update(text).digest(\"hex\").toUpperCase();\n",
                quote(secret)
            ),
        ),
        Signature::Xweibo([akey, skey, extra], operation, uid) => {
            let [akey, skey, extra, operation, uid] =
                [akey, skey, extra, *operation, uid].map(|text: &str| quote(text));
            (
                "createHash",
                format!(
                    "const time = String(Math.floor(Date.now() / 1000));\n\
                     const text = [{akey}, {uid}, time, {skey}, {operation}, {extra}].join(\"#\");\n\
                     const params = {{\n{params}    api_time: time,\n    \
                     api_sign: createHash(\"md5\").update(text).digest(\"hex\"),\n}};\n"
                ),
            )
        }
        Signature::OAuth(key) => (
            "createHmac, randomBytes",
            format!(
                "const params = {{\n{params}}};\n\
                 const encode = (text) => encodeURIComponent(text)\n    \
                 .replace(/[!'()*]/g, (mark) => \"%\" + mark.charCodeAt(0).toString(16).toUpperCase());\n\
                 const text = Object.keys(params).sort().map((name) => name + \"=\" + params[name]).join(\"&\");\n\
                 const base = [\"POST\", encode({url}), encode(text)].join(\"&\");\n\
                 params.oauth_signature = createHmac(\"sha1\", {}).update(base).digest(\"base64\");\n",
                quote(key)
            ),
        ),
    };
    let body = body(call);
    format!(
        "import {{ {import} }} from \"node:crypto\";\n\n{signed}{body}\
         const answer = await fetch({url}, {{ method: \"POST\", body }});\nconsole.log(await answer.text());\n"
    )
}

/// The lines that make the body.
fn body(call: &Call<'_>) -> String {
    match call.file {
        None => "const body = new URLSearchParams(params);\n".to_owned(),
        Some(name) => format!(
            "const body = new FormData();\n\
             for (const [name, value] of Object.entries(params)) body.append(name, value);\n\
             const picture = Buffer.from(\"{PIXEL}\", \"base64\");\n\
             body.append(\"{name}\", new Blob([picture], {{ type: \"image/png\" }}), \"pixel.png\");\n"
        ),
    }
}

//! Python 3, with its own library.

use super::{BOUNDARY, Call, PIXEL, Signature};

/// Writes the call.
pub fn write(call: &Call<'_>) -> String {
    let url = quote(&call.url);
    let random = ["secrets.token_hex(8)", "str(int(time.time()))"];
    let params = call.lines(quote, random, |name, value| {
        format!("    {name}: {value},\n")
    });
    let Some((modules, signed)) = signed(call, &url, &params) else {
        return format!(
            "import urllib.request\n\nprint(urllib.request.urlopen({url}).read().decode())\n"
        );
    };
    let mut modules: Vec<&str> = modules.split(", ").collect();
    if call.file.is_some() {
        modules.insert(0, "base64");
    }
    let body = send(call, &url);
    modules.extend(["urllib.parse", "urllib.request"]);
    format!("import {}\n\n{signed}{body}", modules.join(", "))
}

/// What is imported for the signature, and the lines that compute it; none for a call without one.
fn signed(call: &Call<'_>, url: &str, params: &str) -> Option<(&'static str, String)> {
    Some(match &call.signature {
        Signature::None => return None,
        Signature::Okay(secret) => (
            "hashlib",
            format!(
                "params = {{\n{params}}}\n\
                 text = \"\".join(params[name] for name in sorted(params)) + {}\n\
                 params[\"sign\"] = hashlib.md5(text.encode()).hexdigest().upper()\n",
                quote(secret)
            ),
        ),
        Signature::Xweibo([akey, skey, extra], operation, uid) => {
            let [akey, skey, extra, operation, uid] =
                [akey, skey, extra, *operation, uid].map(|text: &str| quote(text));
            (
                "hashlib, time",
                format!(
                    "now = str(int(time.time()))\n\
                     text = \"#\".join([{akey}, {uid}, now, {skey}, {operation}, {extra}])\n\
                     params = {{\n{params}    \"api_time\": now,\n    \
                     \"api_sign\": hashlib.md5(text.encode()).hexdigest(),\n}}\n"
                ),
            )
        }
        Signature::OAuth(key) => (
            "base64, hashlib, hmac, secrets, time",
            format!(
                "params = {{\n{params}}}\n\
                 text = \"&\".join(f\"{{name}}={{params[name]}}\" for name in sorted(params))\n\
                 base = \"&\".join([\"POST\", urllib.parse.quote({url}, \"\"), urllib.parse.quote(text, \"\")])\n\
                 digest = hmac.digest({}.encode(), base.encode(), hashlib.sha1)\n\
                 params[\"oauth_signature\"] = base64.b64encode(digest).decode()\n",
                quote(key)
            ),
        ),
    })
}

/// The lines that send the call.
fn send(call: &Call<'_>, url: &str) -> String {
    match call.file {
        None => format!(
            "body = urllib.parse.urlencode(params).encode()\n\
             print(urllib.request.urlopen({url}, body).read().decode())\n"
        ),
        Some(name) => {
            format!(
                "body = b\"\"\nfor name, value in params.items():\n    \
                 body += f'--{BOUNDARY}\\r\\nContent-Disposition: form-data; name=\"{{name}}\"\\r\\n\\r\\n{{value}}\\r\\n'.encode()\n\
                 body += b'--{BOUNDARY}\\r\\nContent-Disposition: form-data; name=\"{name}\"; filename=\"pixel.png\"\\r\\n'\n\
                 body += b\"Content-Type: image/png\\r\\n\\r\\n\"\n\
                 body += base64.b64decode(\"{PIXEL}\") + b\"\\r\\n--{BOUNDARY}--\\r\\n\"\n\
                 headers = {{\"Content-Type\": \"multipart/form-data; boundary={BOUNDARY}\"}}\n\
                 request = urllib.request.Request({url}, body, headers)\n\
                 print(urllib.request.urlopen(request).read().decode())\n"
            )
        }
    }
}

/// A literal.
pub(super) fn quote(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n").replace('\r', "\\r"))
}

//! PHP, without extensions.

use super::{BOUNDARY, Call, PIXEL, Signature};

/// Writes the call.
pub fn write(call: &Call<'_>) -> String {
    let url = quote(&call.url);
    let random = ["bin2hex(random_bytes(8))", "time()"];
    let params = call.lines(quote, random, |name, value| {
        format!("    {name} => {value},\n")
    });
    let signed = match &call.signature {
        Signature::None => return format!("<?php\necho file_get_contents({url}), \"\\n\";\n"),
        Signature::Okay(secret) => format!(
            "$params = [\n{params}];\nksort($params, SORT_STRING);\n\
             $params['sign'] = strtoupper(md5(implode('', $params) . {}));\n",
            quote(secret)
        ),
        Signature::Xweibo([akey, skey, extra], operation, uid) => {
            let [akey, skey, extra, operation, uid] =
                [akey, skey, extra, *operation, uid].map(|text: &str| quote(text));
            format!(
                "$time = time();\n$params = [\n{params}    'api_time' => $time,\n    \
                 'api_sign' => md5(implode('#', [{akey}, {uid}, $time, {skey}, {operation}, {extra}])),\n];\n"
            )
        }
        Signature::OAuth(key) => format!(
            "$url = {url};\n$params = [\n{params}];\nksort($params, SORT_STRING);\n$pairs = [];\n\
             foreach ($params as $name => $value) {{\n    $pairs[] = \"$name=$value\";\n}}\n\
             $base = 'POST&' . rawurlencode($url) . '&' . rawurlencode(implode('&', $pairs));\n\
             $params['oauth_signature'] = base64_encode(hash_hmac('sha1', $base, {}, true));\n",
            quote(key)
        ),
    };
    let body = match call.file {
        None => {
            "$type = 'application/x-www-form-urlencoded';\n$body = http_build_query($params);\n"
                .to_owned()
        }
        Some(name) => format!(
            "$type = 'multipart/form-data; boundary={BOUNDARY}';\n$body = '';\n\
             foreach ($params as $name => $value) {{\n    \
             $body .= \"--{BOUNDARY}\\r\\nContent-Disposition: form-data; name=\\\"$name\\\"\\r\\n\\r\\n$value\\r\\n\";\n}}\n\
             $body .= \"--{BOUNDARY}\\r\\nContent-Disposition: form-data; name=\\\"{name}\\\"; filename=\\\"pixel.png\\\"\\r\\n\"\n    \
             . \"Content-Type: image/png\\r\\n\\r\\n\"\n    . base64_decode('{PIXEL}') . \"\\r\\n--{BOUNDARY}--\\r\\n\";\n"
        ),
    };
    format!(
        "<?php\n{signed}{body}$context = stream_context_create(['http' => [\n    'method' => 'POST',\n    \
         'header' => \"Content-Type: $type\",\n    'content' => $body,\n]]);\n\
         echo file_get_contents({url}, false, $context), \"\\n\";\n"
    )
}

/// A literal.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

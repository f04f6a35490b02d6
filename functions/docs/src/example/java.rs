//! Java 11 and newer: `java Call.java`.

use super::{BOUNDARY, Call, PIXEL, Signature};

/// Writes the call.
pub fn write(call: &Call<'_>) -> String {
    let url = quote(&call.url);
    let random = [
        "Long.toHexString(new SecureRandom().nextLong())",
        "String.valueOf(System.currentTimeMillis() / 1000)",
    ];
    let params = call.lines(quote, random, |name, value| {
        format!("        params.put({name}, {value});\n")
    });
    let params = format!("        var params = new TreeMap<String, String>();\n{params}");
    let (imports, signed) = signed(call, &url, &params);
    let send = send(call, &url);
    let encode = match (&call.signature, call.file) {
        (Signature::None, _) | (_, Some(_)) => "",
        _ => {
            "\n    static String encode(String text) {\n        \
             return URLEncoder.encode(text, StandardCharsets.UTF_8)\n            \
             .replace(\"+\", \"%20\").replace(\"*\", \"%2A\").replace(\"%7E\", \"~\");\n    }\n"
        }
    };
    let io = if call.file.is_some() {
        "import java.io.ByteArrayOutputStream;\n"
    } else {
        ""
    };
    format!(
        "{io}import java.net.*;\nimport java.net.http.*;\nimport java.nio.charset.StandardCharsets;\n\
         import java.util.*;\n{imports}\npublic class Call {{\n    \
         public static void main(String[] args) throws Exception {{\n{signed}{send}        \
         var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n        \
         System.out.println(answer.body());\n    }}\n{encode}}}\n"
    )
}

/// What is imported for the signature, and the lines that compute it.
fn signed(call: &Call<'_>, url: &str, params: &str) -> (&'static str, String) {
    let md5 = |text: &str, format: &str| {
        format!(
            "        var digest = MessageDigest.getInstance(\"MD5\").digest({text}.getBytes(StandardCharsets.UTF_8));\n        \
             var sign = String.format(\"{format}\", new BigInteger(1, digest));\n"
        )
    };
    match &call.signature {
        Signature::None => ("", String::new()),
        Signature::Okay(secret) => (
            "import java.math.BigInteger;\nimport java.security.MessageDigest;\n",
            format!(
                "{params}        var text = String.join(\"\", params.values()) + {};\n{}        \
                 params.put(\"sign\", sign);\n",
                quote(secret),
                md5("text", "%032X"),
            ),
        ),
        Signature::Xweibo([akey, skey, extra], operation, uid) => {
            let [akey, skey, extra, operation, uid] =
                [akey, skey, extra, *operation, uid].map(|text: &str| quote(text));
            (
                "import java.math.BigInteger;\nimport java.security.MessageDigest;\n",
                format!(
                    "        var time = String.valueOf(System.currentTimeMillis() / 1000);\n        \
                     var text = String.join(\"#\", {akey}, {uid}, time, {skey}, {operation}, {extra});\n{}{params}        \
                     params.put(\"api_time\", time);\n        params.put(\"api_sign\", sign);\n",
                    md5("text", "%032x"),
                ),
            )
        }
        Signature::OAuth(key) => (
            "import java.security.SecureRandom;\nimport javax.crypto.Mac;\nimport javax.crypto.spec.SecretKeySpec;\n",
            format!(
                "{params}        var pairs = new StringJoiner(\"&\");\n        \
                 params.forEach((name, value) -> pairs.add(name + \"=\" + value));\n        \
                 var base = \"POST&\" + encode({url}) + \"&\" + encode(pairs.toString());\n        \
                 var mac = Mac.getInstance(\"HmacSHA1\");\n        \
                 mac.init(new SecretKeySpec({}.getBytes(StandardCharsets.UTF_8), \"HmacSHA1\"));\n        \
                 var digest = mac.doFinal(base.getBytes(StandardCharsets.UTF_8));\n        \
                 params.put(\"oauth_signature\", Base64.getEncoder().encodeToString(digest));\n",
                quote(key)
            ),
        ),
    }
}

/// The lines that make the request.
fn send(call: &Call<'_>, url: &str) -> String {
    match (&call.signature, call.file) {
        (Signature::None, _) => {
            format!("        var request = HttpRequest.newBuilder(URI.create({url})).build();\n")
        }
        (_, None) => format!(
            "        var body = new StringJoiner(\"&\");\n        \
             params.forEach((name, value) -> body.add(name + \"=\" + encode(value)));\n        \
             var request = HttpRequest.newBuilder(URI.create({url}))\n            \
             .header(\"Content-Type\", \"application/x-www-form-urlencoded\")\n            \
             .POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();\n"
        ),
        (_, Some(name)) => format!(
            "        var body = new ByteArrayOutputStream();\n        for (var param : params.entrySet()) {{\n            \
             body.writeBytes((\"--{BOUNDARY}\\r\\nContent-Disposition: form-data; name=\\\"\" + param.getKey()\n                \
             + \"\\\"\\r\\n\\r\\n\" + param.getValue() + \"\\r\\n\").getBytes(StandardCharsets.UTF_8));\n        }}\n        \
             body.writeBytes((\"--{BOUNDARY}\\r\\nContent-Disposition: form-data; name=\\\"{name}\\\"; \"\n            \
             + \"filename=\\\"pixel.png\\\"\\r\\nContent-Type: image/png\\r\\n\\r\\n\").getBytes(StandardCharsets.UTF_8));\n        \
             body.writeBytes(Base64.getDecoder().decode(\"{PIXEL}\"));\n        \
             body.writeBytes(\"\\r\\n--{BOUNDARY}--\\r\\n\".getBytes(StandardCharsets.UTF_8));\n        \
             var request = HttpRequest.newBuilder(URI.create({url}))\n            \
             .header(\"Content-Type\", \"multipart/form-data; boundary={BOUNDARY}\")\n            \
             .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build();\n"
        ),
    }
}

/// A literal, in ASCII: the compiler may read the file in any encoding.
fn quote(text: &str) -> String {
    let mut literal = String::from("\"");
    for unit in text.encode_utf16() {
        match char::from_u32(u32::from(unit)) {
            Some(sign @ ('"' | '\\')) => literal.extend(['\\', sign]),
            Some(sign @ ' '..='~') => literal.push(sign),
            _ => literal += &format!("\\u{unit:04x}"),
        }
    }
    literal + "\""
}

//! curl, in bash, zsh and dash. The parameters are in the order of their names. There are no comments: zsh takes none
//! where people type.

use super::{Call, NONCE, PIXEL, Signature, TIMESTAMP};

/// Writes the call.
pub fn write(call: &Call<'_>) -> String {
    let url = quote(&call.url);
    match &call.signature {
        Signature::None => format!("curl -sS {url}\n"),
        Signature::Okay(secret) => format!(
            "set --{params}\n\
             VALUES=; for P in \"$@\"; do VALUES=\"$VALUES${{P#*=}}\"; done\n\
             SIGN=$(printf '%s' \"$VALUES\"{secret} | md5sum | cut -c1-32 | tr a-f A-F)\n\
             for P in \"$@\"; do set -- \"$@\" --data-urlencode \"$P\"; shift; done\n\
             curl -sS {url} \"$@\" -d sign=\"$SIGN\"\n",
            params = params(call),
            secret = quote(secret),
        ),
        Signature::Xweibo([akey, skey, extra], operation, uid) => {
            let picture = match call.file {
                Some(_) => format!("echo {PIXEL} | base64 -d > /tmp/pixel.png\n"),
                None => String::new(),
            };
            let (plain, encoded) = match call.file {
                Some(_) => ("--form-string", "--form-string"),
                None => ("-d", "--data-urlencode"),
            };
            let own: String = call
                .pairs
                .iter()
                .map(|(name, value)| {
                    format!(" \\\n  {encoded} {}", quote(&format!("{name}={value}")))
                })
                .collect();
            let file = match call.file {
                Some(name) => format!(" \\\n  -F {name}=@/tmp/pixel.png"),
                None => String::new(),
            };
            let texts = [akey, uid, "$TIME", skey, *operation, extra];
            let text = texts.map(escape).join("#").replace("\\$TIME", "$TIME");
            format!(
                "{picture}TIME=$(date +%s)\n\
                 SIGN=$(printf '%s' \"{text}\" | md5sum | cut -c1-32)\n\
                 curl -sS {url} {plain} api_time=\"$TIME\" {plain} api_sign=\"$SIGN\"{own}{file}\n"
            )
        }
        Signature::OAuth(key) => format!(
            "encode() {{\n  for B in $(printf '%s' \"$1\" | od -An -v -tx1); do\n    case $B in\n      \
             3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|2d|2e|5f|7e) printf \"\\\\$(printf %o 0x$B)\" ;;\n      \
             *) printf '%%%s' \"$B\" | tr a-f A-F ;;\n    esac\n  done\n}}\n\
             set --{params}\n\
             TEXT=$(IFS='&'; printf '%s' \"$*\")\n\
             BASE=\"POST&$(encode {url})&$(encode \"$TEXT\")\"\n\
             SIGNATURE=$(printf '%s' \"$BASE\" | openssl dgst -sha1 -hmac {key} -binary | base64)\n\
             for P in \"$@\"; do set -- \"$@\" --data-urlencode \"$P\"; shift; done\n\
             curl -sS {url} \"$@\" --data-urlencode oauth_signature=\"$SIGNATURE\"\n",
            params = params(call),
            key = quote(key),
        ),
    }
}

/// The parameters as words of a command line.
fn params(call: &Call<'_>) -> String {
    let words = call.pairs.iter().map(|(name, value)| match *name {
        NONCE => format!(" \\\n  {NONCE}=$(openssl rand -hex 8)"),
        TIMESTAMP => format!(" \\\n  {TIMESTAMP}=$(date +%s)"),
        name => format!(" \\\n  {}", quote(&format!("{name}={value}"))),
    });
    words.collect()
}

/// A word that the shell leaves as it is.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text for double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for sign in text.chars() {
        if matches!(sign, '"' | '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}

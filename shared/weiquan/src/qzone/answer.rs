//! How operations answer: with a page that calls back into its frame, with JSON or XML, or with
//! form text (qzone sections 2.4, 3 and 8).

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::error::{Error, Step};
use crate::Ctx;
use crate::fault::Fault;
use crate::form_data;
use crate::html::escape;
use crate::http;
use crate::schema::Answer;

/// The fields of an answer, in their order on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// An answer without fields.
#[derive(Serialize, Answer)]
pub struct Done {}

impl Fields {
    /// The fields of a struct, as texts.
    pub fn new(answer: &impl Serialize) -> Result<Self, Error> {
        let text = serde_json::to_string(answer);
        let fields = text.and_then(|text| serde_json::from_str(&text));
        fields.map_err(|error| Error::Internal(Fault::new("JSON", error)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = entries.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

/// How an operation answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The callback page; JSON or XML if `format` asks for it, which is an extension.
    Page,
    /// JSON, or XML if `format` asks for it; with the `msg` of a success.
    Data(&'static str),
    /// Form text; errors have the numbers of this OAuth step.
    Form(Step),
}

impl Shape {
    pub(super) fn answer(
        self,
        ctx: &Ctx,
        format: &str,
        domain: &str,
        outcome: Result<Fields, Error>,
    ) -> http::Answer {
        if let Err(Error::Internal(cause)) = &outcome {
            crate::runtime::report(ctx, cause);
        }
        let step = match self {
            Self::Form(step) => step,
            Self::Page | Self::Data(_) => Step::Api,
        };
        let ok = match self {
            Self::Page => "ok",
            Self::Data(ok) => ok,
            Self::Form(_) => "",
        };
        let (status, ret, msg, fields) = match &outcome {
            Ok(Fields(fields)) => (200, 0, ok, fields.as_slice()),
            Err(error) => {
                let (ret, msg) = error.wire(step);
                (error.status(), ret, msg, &[][..])
            }
        };
        let answer = match (self, format) {
            (Self::Form(_), _) => {
                let code = ret.to_string();
                let error = [("error_code", &*code), ("error_msg", msg)];
                let text = match &outcome {
                    Ok(_) => {
                        form_data::encode(fields.iter().map(|(name, value)| (&**name, &**value)))
                    }
                    Err(_) => form_data::encode(error),
                };
                http::Answer::new(status, "text/plain; charset=utf-8", text, ret)
            }
            (_, "xml") => http::Answer::new(
                status,
                "text/xml; charset=utf-8",
                xml(ret, msg, fields),
                ret,
            ),
            (Self::Data(_), _) | (Self::Page, "json") => http::Answer::new(
                status,
                "application/json; charset=utf-8",
                json(ret, msg, fields),
                ret,
            ),
            (Self::Page, _) => http::Answer::new(
                status,
                "text/html; charset=utf-8",
                callback_page(domain, ret, msg),
                ret,
            )
            .header("origin-agent-cluster", "?0"),
        };
        match outcome {
            Err(Error::WrongMethod { get }) => {
                answer.header("allow", if get { "GET, POST" } else { "POST" })
            }
            _ => answer,
        }
    }
}

fn json(ret: i64, msg: &str, fields: &[(String, String)]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let fields: String = fields
        .iter()
        .map(|(name, value)| format!(",{}:{}", quoted(name), quoted(value)))
        .collect();
    format!(r#"{{"ret":{ret},"msg":{}{fields}}}"#, quoted(msg))
}

fn xml(ret: i64, msg: &str, fields: &[(String, String)]) -> String {
    let fields: String = fields
        .iter()
        .map(|(name, value)| format!("<{name}>{}</{name}>\n", escape(value)))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<data>\n<ret>{ret}</ret>\n<msg>{}</msg>\n{fields}</data>\n",
        escape(msg)
    )
}

/// The page that calls back into its frame (section 3). `domain` is its `document.domain`; empty
/// for none.
fn callback_page(domain: &str, ret: i64, msg: &str) -> String {
    let domain = if domain.is_empty() {
        String::new()
    } else {
        format!("          document.domain=\"{domain}\";\n")
    };
    format!(
        r#"<html>
   <head>
      <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
   </head>
   <body>
      <script type="text/javascript">
{domain}          frameElement.callback( {{"ret":"{ret}","type":"","msg":"{msg}"}} );
      </script>
   </body>
</html>
"#
    )
}

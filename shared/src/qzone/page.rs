//! The page that calls back into its frame (qzone section 3).

use super::error::Error;
use crate::Ctx;
use crate::http::Answer;

/// The callback page for an outcome; `domain` is the page's `document.domain`, empty for none.
pub(super) fn answer(ctx: &Ctx, domain: &str, outcome: Result<(), Error>) -> Answer {
    let (status, ret, msg) = match &outcome {
        Ok(()) => (200, 0, "ok"),
        Err(error) => {
            if let Error::Internal(cause) = error {
                crate::runtime::report(ctx, cause);
            }
            let (ret, msg) = error.wire();
            (error.status(), ret, msg)
        }
    };
    let answer = Answer::new(
        status,
        "text/html; charset=utf-8",
        page(domain, ret, msg),
        ret,
    )
    .header("origin-agent-cluster", "?0");
    if status == 405 {
        answer.header("allow", "POST")
    } else {
        answer
    }
}

fn page(domain: &str, ret: i64, msg: &str) -> String {
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

//! The pages of the documentation: they say what is declared, in both languages, and load nothing from elsewhere.

use serde_json::Value;
use weiquan::html::escape;
use weiquan::schema::{Failure, Param};

use crate::support::{BASE_URL, Call, Reply, World};

const LANGUAGES: [(&str, &str); 2] = [("en", "en"), ("zh", "zh-CN")];

async fn get(world: &World, target: &str) -> Reply {
    let reply = world.send(Call::get(target)).await;
    assert_eq!(reply.cost.round_trips, 0, "{target}");
    reply
}

/// What a page must say of its operation: the number's name, the parameters, the failures.
type Declared = (
    &'static str,
    &'static str,
    &'static [Param],
    &'static [Failure],
);

/// The pages by their names.
fn declared() -> Vec<Declared> {
    let okay = front::OKAY
        .iter()
        .map(|op| (op.name, "err_code", op.params, op.failures));
    let xweibo = front::XWEIBO
        .iter()
        .map(|op| (op.name, "errno", op.params, op.failures));
    let qzone = front::QZONE
        .iter()
        .map(|op| (op.name, "ret", op.params, op.failures));
    let pages = front::QZONE_PAGES.iter().map(|page| {
        let name = page.path.trim_end_matches("/{openid}");
        let name = name.rsplit('/').next().unwrap();
        (name, "ret", page.params, page.failures)
    });
    okay.chain(xweibo).chain(qzone).chain(pages).collect()
}

#[tokio::test]
async fn every_operation_has_a_page_that_says_what_is_declared() {
    let world = World::new().await;
    for (language, tag) in LANGUAGES {
        let index = get(&world, &format!("/docs?lang={language}")).await;
        for (name, code, params, failures) in declared() {
            let link = format!("href=\"/docs/{name}\"");
            assert_eq!(index.body.matches(&link).count(), 1, "{name}");
            let page = get(&world, &format!("/docs/{name}?lang={language}")).await;
            assert_eq!(page.status, 200, "{name}");
            assert!(
                page.body.contains(&format!("<html lang=\"{tag}\">")),
                "{name}"
            );
            // A page for members has a form of its own.
            let has_form = !params.iter().any(|param| param.name == "csrf");
            assert_eq!(page.body.contains("<form data-try"), has_form, "{name}");
            for param in params {
                let row = format!("<th scope=\"row\"><code>{}</code></th>", param.name);
                let field = format!("name=\"{}\" data-param", param.name);
                assert!(page.body.contains(&row), "{name}: {}", param.name);
                let is_there = page.body.contains(&field);
                assert_eq!(is_there, has_form, "{name}: {}", param.name);
            }
            for failure in failures {
                let row = format!(
                    "<tr data-error=\"{code}={}\" data-msg=\"{}\">",
                    failure.code,
                    escape(failure.text)
                );
                assert!(page.body.contains(&row), "{name}: {row}");
            }
            // Every error has a remedy.
            assert!(!page.body.contains("<td data-remedy></td>"), "{name}");
            for example in ["curl", "php", "python", "javascript", "java"] {
                let call = format!("data-call=\"{example}\"");
                assert_eq!(page.body.matches(&call).count(), 1, "{name}: {example}");
            }
        }
    }
}

#[tokio::test]
async fn answers_and_costs_are_those_that_were_recorded() {
    let world = World::new().await;
    let page = get(&world, "/docs/App.Market_Message.Post?lang=en")
        .await
        .body;
    for part in [
        "&quot;err_code&quot;: 0,\n",
        "<th scope=\"row\">Signed in</th><td>2</td><td>2</td><td>9</td>",
        "data-error=\"ret=409\"",
        "<li><code>POST or GET /api/App/Market_Message/Post</code></li>",
        "DEMO0SIGNED0APP0DEMO0SIGNED00002",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Elsewhere the demo keys are not known.
    let far = Call::get("/docs/App.Market_Message.Post").header("x-forwarded-proto", "https");
    let far = world.send(far).await.body;
    assert!(far.contains("YOUR_APP_KEY") && !far.contains("DEMO0SIGNED"));
    assert!(far.contains("https://weiquan.test/api/App/Market_Message/Post"));
}

/// The language is the browser's unless the reader chooses another.
#[tokio::test]
async fn pages_are_in_the_language_of_the_reader() {
    let world = World::new().await;
    for (accepted, query, tag) in [
        ("en-GB,zh;q=0.5", "", "en"),
        ("zh-CN,en;q=0.5", "", "zh-CN"),
        ("zh-CN", "?lang=en", "en"),
        ("en", "?lang=zh", "zh-CN"),
    ] {
        let call = Call::get(&format!("/docs/faq{query}")).header("accept-language", accepted);
        let body = world.send(call).await.body;
        assert!(
            body.contains(&format!("<html lang=\"{tag}\">")),
            "{accepted} {query}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_page() {
    let world = World::new().await;
    for target in [
        "/docs/nosuch",
        "/docs/assets/nosuch.mjs",
        "/docs/assets/..%2fCargo.toml",
    ] {
        let reply = get(&world, target).await;
        assert_eq!(reply.status, 404, "{target}");
        assert!(reply.body.contains("href=\"/\""), "{target}");
    }
    let posted = world.send(Call::post("/docs")).await;
    assert_eq!(
        (posted.status, &*posted.headers["allow"]),
        (405, "GET, HEAD")
    );
}

/// Nothing runs that does not come from here, and no address outside is loaded.
#[tokio::test]
async fn pages_load_from_here_alone() {
    let world = World::new().await;
    for target in ["/docs", "/docs/faq", "/docs/update"] {
        let reply = get(&world, target).await;
        let policy = &reply.headers["content-security-policy"];
        let of = |name: &str| {
            let found = policy.split("; ").find_map(|part| part.strip_prefix(name));
            found
                .unwrap_or_else(|| panic!("{policy}"))
                .trim()
                .to_owned()
        };
        assert_eq!(of("default-src"), "'none'");
        assert_eq!(of("script-src"), "'self'");
        assert_eq!(of("connect-src"), "'self'");
        assert_eq!(of("form-action"), "'self'");
        let style = of("style-src");
        assert!(
            style.starts_with("'sha256-") && style.ends_with(" 'self'"),
            "{style}"
        );
        for loaded in reply.body.split(" src=\"").skip(1) {
            assert!(loaded.starts_with("/docs/assets/"), "{target}");
        }
        for part in [" style=\"", " onclick", "javascript:", "<script>"] {
            assert!(!reply.body.contains(part), "{target}: {part}");
        }
    }
}

/// Every file of the folder is served, with a type that browsers take.
#[tokio::test]
async fn every_asset_is_served() {
    let world = World::new().await;
    let folder = xtask::root().join("functions/docs/assets");
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let reply = get(&world, &format!("/docs/assets/{name}")).await;
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(reply.body, std::fs::read_to_string(entry.path()).unwrap());
        let kind = if name.ends_with(".css") {
            "text/css"
        } else {
            "text/javascript"
        };
        assert!(reply.headers["content-type"].starts_with(kind), "{name}");
    }
}

#[tokio::test]
async fn the_description_names_the_system_that_was_asked() {
    let world = World::new().await;
    let reply = get(&world, "/openapi.json").await;
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
    let described = reply.json();
    assert_eq!(described["servers"][0]["url"], BASE_URL);
    let paths = described["paths"].as_object().unwrap();
    let ops = front::OKAY.len() + front::XWEIBO.len() + front::QZONE.len();
    assert!(paths.len() >= ops, "{} paths", paths.len());
    assert!(paths.values().all(Value::is_object));
}

#[test]
fn every_word_is_in_chinese_and_every_error_has_a_remedy() {
    let unsaid = generate::docs::unsaid(&xtask::root()).unwrap();
    assert_eq!(unsaid, Vec::<String>::new());
}

/// `--docs false` of the local system, `Documentation` of the template.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_may_leave_the_documentation_out() {
    for docs in [true, false] {
        let options = local::Options {
            docs,
            ..local::Options::default()
        };
        let local = local::start(&options).await.unwrap();
        for target in [
            "/docs",
            "/docs/update",
            "/docs/assets/form.mjs",
            "/openapi.json",
        ] {
            let answer = crate::support::gateway::get(&local.demo.base_url, target).await;
            // Unknown addresses are OkayAPI's.
            let is_left_out = answer.contains("\"ret\":404");
            assert_eq!(is_left_out, !docs, "{target}: {answer}");
        }
        local.stop().await;
    }
    let docs = &crate::support::sources::template()["Docs"];
    assert_eq!(docs.get("Policies"), None);
}

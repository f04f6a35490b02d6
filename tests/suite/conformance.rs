//! Functions, template, routes, events, documents: none may know something that another does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use shared::event::Event;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub fn packages() -> BTreeSet<String> {
    front::functions()
        .map(|function| function.package().to_owned())
        .collect()
}

/// `okay-post-moment` is `OkayPostMoment` in the template.
pub fn logical_id(package: &str) -> String {
    package
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

fn resources() -> Value {
    let mut template: Value = serde_saphyr::from_str(&read("template.yaml")).unwrap();
    template["Resources"].take()
}

/// The template's functions by logical id.
pub fn template() -> BTreeMap<String, Value> {
    let resources = resources();
    resources
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
        .map(|(id, resource)| (id.clone(), resource["Properties"].clone()))
        .collect()
}

#[test]
fn every_folder_of_functions_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("functions");
    assert!(root.join("fanout").exists());
    let mut found = BTreeSet::from(["front".to_owned()]);
    for family in ["okay", "xweibo", "qzone"] {
        for folder in std::fs::read_dir(root.join(family)).unwrap() {
            found.insert(format!(
                "{family}-{}",
                folder.unwrap().file_name().to_str().unwrap()
            ));
        }
    }
    assert_eq!(found, packages());
}

#[test]
fn the_template_has_every_function_with_its_routes() {
    let template = template();
    let mut ids: BTreeSet<_> = packages()
        .iter()
        .map(|package| logical_id(package))
        .collect();
    ids.insert("Fanout".to_owned());
    assert_eq!(template.keys().cloned().collect::<BTreeSet<_>>(), ids);
    for function in front::functions() {
        let properties = &template[&logical_id(function.package())];
        let code = format!("target/lambda/{}/", function.package());
        assert_eq!(properties["CodeUri"], code);
        let routes: BTreeSet<_> = properties["Events"]
            .as_object()
            .unwrap()
            .values()
            .map(|event| {
                assert_eq!(event["Properties"]["Method"], "ANY");
                event["Properties"]["Path"].as_str().unwrap().to_owned()
            })
            .collect();
        let mut paths: BTreeSet<_> = function.paths().into_iter().collect();
        if paths.is_empty() {
            paths.insert("$default".to_owned());
        }
        assert_eq!(routes, paths, "{}", function.package());
    }
}

#[test]
fn the_failures_of_every_function_are_heard_of() {
    let resources = resources();
    let alarms = || {
        let all = resources.as_object().unwrap().values();
        let alarms = all.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm");
        alarms.map(|alarm| &alarm["Properties"])
    };
    // Alarms that name functions would need a place for each new one.
    for alarm in alarms() {
        assert!(!alarm["Metrics"].to_string().contains("AWS/Lambda"));
    }
    let heard = |namespace: &str, metric: &str, dimension: &Value| {
        alarms().any(|alarm| {
            let of_all = &alarm["Dimensions"];
            alarm["Namespace"] == namespace
                && alarm["MetricName"] == metric
                && (&of_all[0]["Value"] == dimension && of_all.get(1).is_none())
                && alarm["Threshold"] == 1
        })
    };
    assert!(heard("AWS/ApiGateway", "5xx", &"Api".into()));
    let errors = alarms().find(|alarm| alarm["MetricName"] == "Failures");
    let errors = errors.expect("an alarm on what the functions log at level ERROR");
    assert_eq!(errors["Namespace"], "AWS::StackName");
    for package in packages().into_iter().chain(["fanout".to_owned()]) {
        let id = logical_id(&package);
        let function = &resources[&id]["Properties"];
        let events = function["Events"].as_object().unwrap();
        let behind_the_api = events.values().all(|event| event["Type"] == "HttpApi");
        assert!(
            behind_the_api || heard("AWS/Lambda", "Errors", &id.clone().into()),
            "{id}"
        );
        let logs = format!("{id}Logs");
        assert_eq!(function["LoggingConfig"]["LogGroup"], logs, "{id}");
        let name = resources[&logs]["Properties"]["LogGroupName"].as_str();
        assert!(name.unwrap().ends_with(&format!("/{package}")), "{id}");
        let filter = &resources[format!("{id}Failures")]["Properties"];
        assert_eq!(filter["LogGroupName"], logs, "{id}");
        assert_eq!(filter["FilterPattern"], "{ $.level = \"ERROR\" }", "{id}");
        let metric = &filter["MetricTransformations"][0];
        assert_eq!(metric["MetricName"], "Failures", "{id}");
        assert_eq!(metric["MetricNamespace"], "AWS::StackName", "{id}");
    }
}

/// A stack holds 500 resources. SAM adds a role to each function, a permission to each route, a
/// mapping to each stream, and a stage.
#[test]
fn the_stack_has_room_for_twenty_more_operations() {
    let events: usize = template()
        .values()
        .map(|function| function["Events"].as_object().unwrap().len())
        .sum();
    let own = resources().as_object().unwrap().len();
    let stack = own + template().len() + events + 1;
    // Function, role, permission, log group, metric filter.
    assert!(stack + 20 * 5 <= 500, "{stack} resources");
}

/// With a configuration of its own API Gateway would answer browsers that ask first, for all families alike.
#[test]
fn browsers_that_ask_first_reach_the_functions() {
    let api = &resources()["Api"]["Properties"];
    assert!(api.is_object() && api.get("CorsConfiguration").is_none());
}

/// In China partition and domain are others.
#[test]
fn the_template_knows_no_partition() {
    let template = read("template.yaml");
    for line in template.lines() {
        assert!(
            !line.contains("arn:aws") && !line.contains("amazonaws"),
            "{line}"
        );
    }
}

#[test]
fn cargo_lambda_watch_answers_the_same_addresses() {
    let manifest = read("Cargo.toml");
    for function in front::functions() {
        for path in function.paths() {
            let line = format!("\"{path}\" = \"{}\"", function.package());
            assert!(manifest.contains(&line), "Cargo.toml lacks {line}");
        }
    }
}

#[test]
fn every_function_has_an_event_and_is_in_the_documents() {
    let (readme, operations) = (read("README.md"), read("docs/OPERATIONS.md"));
    for package in packages() {
        let event: Event = serde_json::from_str(&read(&format!("events/{package}.json"))).unwrap();
        assert_eq!(event.version, "2.0");
        assert!(readme.contains(&package), "README.md lacks {package}");
        assert!(
            package == "front" || operations.contains(&package),
            "docs/OPERATIONS.md lacks {package}"
        );
    }
}

#[test]
fn every_function_is_one_operation_and_has_its_tests_here() {
    for package in packages().into_iter().chain(["fanout".to_owned()]) {
        let folder = match package.split_once('-') {
            Some((family, name)) => format!("functions/{family}/{name}"),
            None => format!("functions/{package}"),
        };
        let crate_name = package.replace('-', "_");
        let run = match package.as_str() {
            "fanout" => "run_stream(fanout::handle)".to_owned(),
            "front" => "run(&front::Front)".to_owned(),
            name if name.starts_with("qzone")
                && read(&format!("{folder}/src/lib.rs")).contains("PAGE") =>
            {
                format!("run(&{crate_name}::PAGE)")
            }
            _ => format!("run(&{crate_name}::OPERATION)"),
        };
        assert_eq!(
            read(&format!("{folder}/src/main.rs")),
            format!("fn main() -> shared::runtime::Outcome {{\n    shared::runtime::{run}\n}}\n")
        );
        // Its harnesses are switched off: what stood in them would not run.
        let manifest = read(&format!("{folder}/Cargo.toml"));
        assert_eq!(manifest.matches("test = false\n").count(), 3, "{package}");
        assert!(
            !read(&format!("{folder}/src/lib.rs")).contains("test]"),
            "{package}"
        );
    }
}

#[tokio::test]
async fn the_events_are_what_the_command_line_prints() {
    for package in packages() {
        let printed =
            crate::binaries::admin(&["event", &package, "--at", "2026-11-01T00:00:00Z"]).await;
        let file = format!("events/{package}.json");
        assert_eq!(
            printed,
            read(&file),
            "run: cargo run -p admin -- event {package} --at 2026-11-01T00:00:00Z > {file}"
        );
    }
}

#[tokio::test]
async fn the_reference_is_what_the_declarations_say() {
    let printed = crate::binaries::admin(&["reference"]).await;
    assert_eq!(
        printed,
        read("docs/OPERATIONS.md"),
        "run: cargo run -p admin -- reference > docs/OPERATIONS.md"
    );
}

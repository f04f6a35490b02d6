//! Functions, template, routes, events, documents: none may know something that another does not.

use serde_json::Value;

use crate::support::sources::{packages, read, resources, template};
use crate::support::syntax::files;

#[test]
fn what_is_generated_follows_from_the_declarations() {
    let root = xtask::root();
    let mut files = xtask::files::Files::new(&root, true);
    xtask::manifests::generate(&mut files, &root).unwrap();
    generate::generate(&mut files, &root).unwrap();
    files.finish().unwrap();
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
    for (id, function) in template() {
        let events = function["Events"].as_object().unwrap();
        let behind_the_api = events.values().all(|event| event["Type"] == "HttpApi");
        assert!(
            behind_the_api || heard("AWS/Lambda", "Errors", &id.clone().into()),
            "{id}"
        );
        let logs = &function["LoggingConfig"]["LogGroup"];
        let group = &resources[logs.as_str().unwrap()];
        assert_eq!(group["Type"], "AWS::Logs::LogGroup", "{id}");
        let all = resources.as_object().unwrap().values();
        let filter = all
            .filter(|resource| resource["Type"] == "AWS::Logs::MetricFilter")
            .find(|filter| &filter["Properties"]["LogGroupName"] == logs)
            .unwrap_or_else(|| panic!("nothing counts what {logs} says"));
        let filter = &filter["Properties"];
        assert_eq!(filter["FilterPattern"], "{ $.level = \"ERROR\" }", "{id}");
        let metric = &filter["MetricTransformations"][0];
        let is_heard = alarms().any(|alarm| {
            alarm["MetricName"] == metric["MetricName"]
                && alarm["Namespace"] == metric["MetricNamespace"]
        });
        assert!(is_heard, "{id}: {metric}");
    }
}

/// A stack holds 500 resources. SAM adds a role to each function, a permission to each route, a
/// mapping to each stream, and a stage.
#[test]
fn the_stack_has_room_for_fifty_more_operations() {
    let events: usize = template()
        .values()
        .map(|function| function["Events"].as_object().unwrap().len())
        .sum();
    let own = resources().as_object().unwrap().len();
    let stack = own + template().len() + events + 1;
    assert!(stack <= 350, "{stack} resources");
    // Function, role, permission.
    assert!(stack + 50 * 3 <= 500, "{stack} resources");
}

/// A file that is longer has two subjects.
#[test]
fn no_file_has_more_than_four_hundred_lines() {
    let folders = ["functions", "infra", "shared", "tests"];
    let mut found: Vec<_> = folders.into_iter().flat_map(files).collect();
    found.retain(|(_, file)| std::fs::read_to_string(file).unwrap().lines().count() > 400);
    assert_eq!(found, []);
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
fn every_function_is_one_operation_and_has_its_tests_here() {
    for package in packages().into_iter().chain(["fanout".to_owned()]) {
        let folder = match package.split_once('-') {
            Some((family, name)) => format!("functions/{family}/{name}"),
            None => format!("functions/{package}"),
        };
        let crate_name = package.replace('-', "_");
        let run = match package.as_str() {
            "docs" => "run_alone(docs::answer)".to_owned(),
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
            format!("fn main() -> weiquan::runtime::Outcome {{\n    weiquan::runtime::{run}\n}}\n")
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

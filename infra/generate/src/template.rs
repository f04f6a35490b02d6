//! `template.yaml`: the hand-written `infra/template.head.yaml`, with a function for each package and a log for each
//! family.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use xtask::files::Files;

use crate::declared::{self, Declared};
use crate::recorded::Uses;

/// The hand-written part.
const HEAD: &str = "infra/template.head.yaml";
/// The place for the functions in it, and the place for what `fanout` may do.
const FUNCTIONS: &str = "  # {functions}\n";
const FANOUT: &str = "{fanout}";

/// The families by their names in the template, with the words of their alarms. `docs`, `front` and `fanout` have
/// their own logs.
const FAMILIES: [&str; 6] = ["okay", "xweibo", "qzone", "docs", "front", "fanout"];

/// The package of the documentation.
const DOCS: &str = "docs";

/// IAM's actions on the table, in the order of the template.
const ACTIONS: [&str; 8] = [
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
];
/// The same for the bucket of pictures.
const ON_PICTURES: [&str; 2] = ["s3:PutObject", "s3:DeleteObject"];

pub fn generate(files: &mut Files<'_>, root: &Path) -> Result<()> {
    let head = fs::read_to_string(root.join(HEAD)).context(HEAD)?;
    let (before, after) = head
        .split_once(FUNCTIONS)
        .with_context(|| format!("{HEAD} has no line `{}`", FUNCTIONS.trim()))?;
    let uses = Uses::read(root)?;
    let functions: Vec<String> = declared::functions()
        .map(|one| block(&one, &uses.of(one.function.package())))
        .collect();
    let logs: Vec<String> = FAMILIES.map(log).into();
    let own = [functions, logs].concat().join("\n");
    let fanout = list(&ACTIONS, &uses.of("fanout"));
    let text = format!(
        "# Written by `cargo xtask generate` from {HEAD} and the declarations: change those.\n\
         {before}{own}{}",
        after.replace(FANOUT, &fanout)
    );
    files.put("template.yaml", &text)
}

/// `okay-post-moment` is `OkayPostMoment`.
fn logical_id(package: &str) -> String {
    let words = package.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// The actions of `known` that are used, as a list.
fn list(known: &[&str], uses: &[String]) -> String {
    let own = known
        .iter()
        .filter(|action| uses.iter().any(|used| used == *action));
    let own: Vec<&str> = own.copied().collect();
    format!("[{}]", own.join(", "))
}

/// A function with its role and its route.
fn block(one: &Declared, uses: &[String]) -> String {
    let package = one.function.package();
    let is = |what: &str| uses.iter().any(|used| used == what);
    let family = package.split('-').next().unwrap_or(package);
    let mut more = String::new();
    if is(weiquan_store::table::meter::HEAVY) {
        more += "      MemorySize: 512\n";
    }
    if is("s3:PutObject") {
        more += "      # Decoding a large picture takes seconds here.\n      Timeout: 25\n";
    }
    let table = match is(weiquan_store::table::INDEX_QUERY) {
        true => "[!GetAtt Table.Arn, !Sub \"${Table.Arn}/index/GSI1\"]",
        false => "!GetAtt Table.Arn",
    };
    let mut policies = String::new();
    if uses.iter().any(|used| ACTIONS.contains(&used.as_str())) {
        policies += "      Policies:\n        - Version: \"2012-10-17\"\n          Statement:\n";
        policies += &statement(&list(&ACTIONS, uses), table);
    }
    if is("s3:PutObject") {
        policies += &statement(&list(&ON_PICTURES, uses), "!Sub \"${Pictures.Arn}/*\"");
    }
    // The operator may leave the documentation out.
    let condition = match package {
        DOCS => "    Condition: HasDocs\n",
        _ => "",
    };
    let mut paths = one.function.paths();
    if paths.is_empty() {
        paths.push("$default".to_owned());
    }
    let routes: String = paths
        .iter()
        .enumerate()
        .map(|(place, path)| {
            let number = if place == 0 {
                String::new()
            } else {
                (place + 1).to_string()
            };
            format!(
                "        Route{number}:\n          Type: HttpApi\n          \
                 Properties: {{ ApiId: !Ref Api, Path: \"{path}\", Method: ANY }}\n"
            )
        })
        .collect();
    format!(
        "  {id}:\n    Type: AWS::Serverless::Function\n{condition}    Metadata: {{ SkipBuild: true }}\n    Properties:\n      \
         Description: {description}\n      CodeUri: target/lambda/{package}/\n{more}      \
         LoggingConfig: {{ LogGroup: !Ref {log}Logs }}\n{policies}      Events:\n{routes}",
        id = logical_id(package),
        description = serde_json::Value::from(format!("{} {}", one.name, one.words)),
        log = logical_id(family),
    )
}

fn statement(actions: &str, resource: &str) -> String {
    format!(
        "            - Effect: Allow\n              Action: {actions}\n              Resource: {resource}\n"
    )
}

/// The log of a family, what counts its failures, and who is notified of them.
fn log(family: &str) -> String {
    let id = logical_id(family);
    format!(
        "  {id}Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub /aws/lambda/${{AWS::StackName}}/{family}
      RetentionInDays: !Ref LogRetentionDays

  {id}FailureFilter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref {id}Logs
      FilterPattern: '{{ $.level = \"ERROR\" }}'
      MetricTransformations:
        - {{ MetricNamespace: !Ref AWS::StackName, MetricName: {id}Failures, MetricValue: \"1\" }}

  # A failure inside is answered in the family's own way, mostly with HTTP 200: only the log tells.
  {id}Failures:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: Requests failed inside. The log group {family} has the cause at level ERROR
      Namespace: !Ref AWS::StackName
      MetricName: {id}Failures
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 5
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: !If [HasAlarmTopic, [!Ref AlarmTopicArn], !Ref AWS::NoValue]
"
    )
}

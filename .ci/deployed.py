"""What .ci/deployed does once the emulator runs: deploys the stack, sets it up with the operator's
command line, calls it as clients do, deploys again, and deletes it.

Usage: python .ci/deployed.py PORT FOLDER, with the environment that .ci/deployed sets.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import traceback

import boto3
from samcli.yamlhelper import yaml_parse

from calls import call_all
from clients import Gateway
from readme import blocks

ROOT = pathlib.Path(__file__).resolve().parent.parent
STACK = "weiquan"
PORT, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])


class Gate:
    """What was checked, and how long it took."""

    def __init__(self):
        self.failed, self.start = 0, time.monotonic()

    def step(self, what):
        print(f"-- {what} ({time.monotonic() - self.start:.0f} s)", flush=True)

    def check(self, what, holds, saw=""):
        print("ok     " if holds else "FAILED ", what, flush=True)
        if not holds:
            self.failed += 1
            print(f"        saw: {saw}", flush=True)


def template_functions():
    """The properties of the template's functions, by name."""
    found = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
    kind = "AWS::Serverless::Function"
    return {name: one["Properties"] for name, one in found.items() if one["Type"] == kind}


def resource_texts(template):
    """The resources of the template's text, by name."""
    _, rest = template.split("\nResources:\n")
    resources, _ = rest.split("\nOutputs:\n")
    parts = re.split(r"(?m)^(?=  \w+:\n)", resources)
    return {part.split(":", 1)[0].strip(): part for part in parts if part.strip()}


def emulated(template):
    """The template without what the emulator lacks:

    - alarms of metric math, which it refuses;
    - arm64: functions run on this machine.

    The API's routes are in the OpenAPI body that SAM makes, which it does not read: see `routes`.
    """
    for name, block in resource_texts(template).items():
        if "Type: AWS::CloudWatch::Alarm" in block and "\n      Metrics:" in block:
            print(f"left out: {name}, an alarm of metric math")
            template = template.replace(block, "")
    template = template.replace("[arm64]", "[x86_64]" if os.uname().machine == "x86_64" else "[arm64]")
    return template.replace("CodeUri: target/", f"CodeUri: {ROOT}/target/")


def paste(shell, block, folder, keys=""):
    """Runs a block of the README in a shell, and types `keys`; what it printed."""
    file = FOLDER / "pasted"
    file.write_text("set -e\n" + block)
    command = {"bash": ["bash", "--norc"], "zsh": ["zsh", "-f"], "dash": ["dash"]}[shell]
    done = subprocess.run([*command, file], cwd=folder, input=keys, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"in {shell} this failed:\n{block}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def deploy(shell):
    """`sam deploy` and what follows it, as the README has it, with a copy of the template."""
    (FOLDER / "template.yaml").write_text(emulated((ROOT / "template.yaml").read_text()))
    shutil.copy(ROOT / "samconfig.toml", FOLDER)
    [block] = [commands for _, commands in blocks("Deploy it") if "sam deploy" in commands]
    return paste(shell, block, FOLDER, "y\n")


def operate(shell, table, number):
    """What an operator does first, as the README has it, with names of this shell's own."""
    [block] = [commands for _, commands in blocks("Deploy it") if "admin -- app create" in commands]
    block = block.replace("the-TableName-it-lists", table).replace("lili", f"lili{number}").replace("莉莉", f"莉莉{number}")
    return paste(shell, block.replace("10001", f"2000{number}"), ROOT)


def resources():
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    found = {}
    for page in pages.paginate(StackName=STACK):
        for resource in page["StackResourceSummaries"]:
            found[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    return found


def routes(names):
    """Makes the routes of the template's events, as SAM's OpenAPI body would."""
    api = boto3.client("apigatewayv2")
    functions = boto3.client("lambda")
    made = 0
    for name, properties in template_functions().items():
        for event in properties["Events"].values():
            if event["Type"] != "HttpApi":
                continue
            arn = functions.get_function(FunctionName=names[name])["Configuration"]["FunctionArn"]
            target = api.create_integration(
                ApiId=names["Api"], IntegrationType="AWS_PROXY", IntegrationUri=arn,
                IntegrationMethod="POST", PayloadFormatVersion="2.0",
            )["IntegrationId"]
            path = event["Properties"]["Path"]
            key = path if path == "$default" else f"ANY {path}"
            api.create_route(ApiId=names["Api"], RouteKey=key, Target=f"integrations/{target}")
            made += 1
    return made


class Operator:
    """The command line on the deployed table."""

    def __init__(self, table):
        self.env = os.environ | {"TABLE_NAME": table}

    def run(self, *arguments):
        command = [ROOT / "target/debug/admin", "--json", *map(str, arguments)]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60)

    def __call__(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"admin {' '.join(map(str, arguments))}: {done.stderr}"
        return json.loads(done.stdout)


def roles(names):
    """What roles did and what they were refused, by function."""
    functions = {physical: logical for logical, physical in names.items()}
    used, refused = {}, []
    for line in (FOLDER / "actions.jsonl").read_text().splitlines():
        entry = json.loads(line)
        role = re.search(r"assumed-role/([^/]+)", entry["principal"] or "")
        function = functions.get(role[1], role[1]).removesuffix("Role") if role else entry["principal"]
        if entry["allowed"]:
            used.setdefault(function, set()).add(entry["action"])
        else:
            refused.append((function, entry["action"], entry["resource"]))
    return used, refused


def allowed():
    """What the template lets each function do."""
    found = {}
    for name, properties in template_functions().items():
        # The documentation has none.
        [policy] = properties.get("Policies", [{"Statement": []}])
        statements = policy["Statement"]
        found[name] = {action for statement in statements for action in statement["Action"]}
    return found


def errors(names):
    """Lines at level ERROR in the functions' log groups."""
    logs = boto3.client("logs")
    for name, physical in names.items():
        if not name.endswith("Logs") or name == "ApiLogs":
            continue
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=physical):
            for event in page["events"]:
                if '"ERROR"' in event["message"] or "panicked" in event["message"]:
                    yield name, event["message"].strip()


def check_roles(gate, names):
    used, refused = roles(names)
    gate.check("no role met a denied action", not refused, refused)
    may = allowed()
    silent = sorted(name for name in may if may[name] and name not in used)
    gate.check(f"each of {len(may)} functions was called and used the table", not silent, silent)
    print(f"of {sum(map(len, may.values()))} actions allowed {sum(len(used.get(name, set()) & may[name]) for name in may)} were used")
    # What a test with a folder for a bucket cannot see.
    for name in ("XweiboUploadPic", "XweiboUpdateProfileImage", "Front"):
        own = {action for action in may[name] if action.startswith("s3:")}
        did = {action for action in used.get(name, ()) if action.startswith("s3:")}
        gate.check(f"{name} did on the bucket what it may, and nothing else", own == did, (own, did))
    seen = list(errors(names))
    gate.check("no function logged an error", not seen, "\n".join(map(str, seen[:10])))


def main():
    gate = Gate()
    gate.step("sam deploy, in bash")
    said = deploy("bash")
    names = resources()
    stack = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    gate.check("it lists the table", outputs["TableName"] == names["Table"], outputs)
    gate.check("it lists the API", outputs["ApiUrl"].startswith(f"https://{names['Api']}."), outputs)
    gate.check("it lists both at its end", outputs["TableName"] in said and outputs["ApiUrl"] in said, said[-2000:])
    print(f"{len(names)} resources, {routes(names)} routes")

    for number, shell in enumerate(("bash", "zsh", "dash")):
        gate.step(f"what an operator does first, in {shell}")
        said = operate(shell, outputs["TableName"], number)
        gate.check("secrets are shown", len(re.findall("secre[ct]t|appkey|token", said)) >= 3, said)

    gateway = Gateway(f"{names['Api']}.execute-api.localhost:{PORT}", PORT)
    try:
        call_all(gate, gateway, Operator(outputs["TableName"]), names)
    except Exception:
        # Roles and logs are likely to say why.
        gate.check("all calls could be made", False, traceback.format_exc())

    gate.step("roles and logs")
    check_roles(gate, names)

    for shell in ("zsh", "dash"):
        gate.step(f"sam deploy again, in {shell}")
        said = deploy(shell)
        gate.check("it changes nothing", "No changes to deploy" in said, said[-600:])

    gate.step("sam delete")
    done = subprocess.run(
        ["sam", "delete", "--stack-name", STACK, "--no-prompts", "--config-file", ROOT / "samconfig.toml"],
        cwd=ROOT, capture_output=True, text=True,
    )
    gate.check("it succeeds", done.returncode == 0, done.stdout[-1000:] + done.stderr[-1000:])
    kept = boto3.client("dynamodb").describe_table(TableName=names["Table"])["Table"]
    gate.check("the table is there, with its items", kept["ItemCount"] > 0, kept["ItemCount"])
    pictures = boto3.client("s3").list_objects_v2(Bucket=names["Pictures"])
    gate.check("the bucket is there, with its pictures", pictures["KeyCount"] > 0, pictures)
    left = boto3.client("lambda").list_functions()["Functions"]
    gate.check("the functions are gone", not left, [function["FunctionName"] for function in left])
    with contextlib.suppress(Exception):
        boto3.client("cloudformation").describe_stacks(StackName=STACK)
        gate.check("the stack is gone", False)
    gate.step("done")
    sys.exit(bool(gate.failed))


if __name__ == "__main__":
    main()

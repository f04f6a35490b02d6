"""Runs ministack on this machine alone, and writes down what roles did and what they were refused.

It goes beyond what ministack offers, so its version is pinned in requirements-deployed.txt.

Usage: python .ci/emulator.py PORT FOLDER. Every decision about a role's request becomes a line of
FOLDER/actions.jsonl: principal, action, resource, and whether it was allowed.
"""

import json
import os
import sys

port, folder = sys.argv[1:3]
os.environ.update(
    GATEWAY_PORT=port,
    # Its default is every interface.
    BIND_HOST="127.0.0.1",
    # Roles and signatures count unless told otherwise. The root key and its secret are `test`.
    AUTH=os.environ.get("AUTH", "true"),
    # What functions get to speak with.
    AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    TMPDIR=folder,
    STATE_DIR=os.path.join(folder, "state"),
    S3_DATA_DIR=os.path.join(folder, "s3"),
    PERSIST_STATE="0",
    LOG_LEVEL=os.environ.get("LOG_LEVEL", "WARNING"),
)
sys.argv = ["ministack"]

from ministack.core import iam_evaluator  # noqa: E402  (its settings are read at import)

log = open(os.path.join(folder, "actions.jsonl"), "a", buffering=1)
evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce


def note(principal, action, resource, allowed):
    log.write(json.dumps({"principal": principal, "action": action, "resource": resource, "allowed": allowed}) + "\n")


def evaluated(ctx, *policies):
    result = evaluate(ctx, *policies)
    if result.decision == "Allow":
        note(ctx.principal_arn, ctx.action, ctx.resource_arn, True)
    return result


def enforced(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    refused = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
    if refused is not None:
        note(getattr(refused, "principal_arn", str(refused)), iam_action, resource_arn, False)
    return refused


iam_evaluator.evaluate, iam_evaluator.enforce = evaluated, enforced

from ministack.app import main  # noqa: E402  (it takes both functions when it is imported)
from ministack.services import lambda_svc  # noqa: E402

execute = lambda_svc._execute_function_with_config_scope


def executed(record, event):
    """The API's events have cookies apart, which the emulator leaves among the headers."""
    if isinstance(event, dict) and event.get("version") == "2.0" and "cookie" in event["headers"]:
        event["cookies"] = event["headers"].pop("cookie").split("; ")
    return execute(record, event)


lambda_svc._execute_function_with_config_scope = executed

main()

"""Lambda functions."""

import io
import zipfile

from include.simulation.manifest import Resource
from include.simulation.stage import Stage

NAMESPACE = "AWS/Lambda"
DIMENSION = "FunctionName"
ROLE = "shop-function"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: memory, runtime, reserved (concurrency). `resource_id` is the function's name."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), "def handler(event, context):\n    return event\n")
    functions = stage.client("lambda")
    functions.create_function(
        FunctionName=resource.name,
        Runtime=resource.spec.get("runtime", "python3.12"),
        Role=f"arn:aws:iam::{stage.place.account_id}:role/{ROLE}",
        Handler="app.handler",
        Code={"ZipFile": code.getvalue()},
        MemorySize=resource.spec.get("memory", 256),
        Tags=dict(resource.tags),
    )
    if "reserved" in resource.spec:
        functions.put_function_concurrency(
            FunctionName=resource.name, ReservedConcurrentExecutions=resource.spec["reserved"]
        )
    return resource.name

"""Lambda functions."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc
from include.aws.collect._tagging import TAGGING, tags_of


@collector(
    "lambda_functions",
    client="lambda",
    also=TAGGING,
    permissions=("lambda:ListFunctions", "tag:GetResources"),
)
def lambda_functions(
    awslambda: Any, ids: Sequence[str] | None = None, *, tagging: Any | None = None
) -> Iterator[Row]:
    """Every Lambda function in the client's region, its unpublished version."""
    functions = [
        function
        for function in items(awslambda, "list_functions", "Functions")
        if wanted(function["FunctionName"], ids)
    ]
    tags = tags_of(tagging if functions else None, "lambda")
    for function in functions:
        name, arn = function["FunctionName"], function.get("FunctionArn")
        yield common(awslambda, name, tags(arn), name=name, arn=arn) | {
            "runtime": function.get("Runtime"),
            "memory_mib": function.get("MemorySize"),
            "timeout_seconds": function.get("Timeout"),
            "architecture": next(iter(function.get("Architectures", [])), None),
            "code_bytes": function.get("CodeSize"),
            "modified_at": utc(function.get("LastModified")),
        }

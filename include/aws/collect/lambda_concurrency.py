"""Lambda's concurrency: what the account has in a region, and what each function reserves of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common
from include.aws.errors import code

ACCOUNT = "lambda"


@collector(
    "lambda_limits",
    client="lambda",
    permissions=("lambda:GetAccountSettings",),
    arn="arn:{partition}:lambda:{region}:{account_id}:account/{resource_id}",
)
def lambda_limits(awslambda: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """What Lambda allows and uses in the client's region. The ARN is ours: AWS has none for an account."""
    if not wanted(ACCOUNT, ids):
        return
    settings = awslambda.get_account_settings()
    limit, usage = settings.get("AccountLimit", {}), settings.get("AccountUsage", {})
    yield common(awslambda, ACCOUNT, None, name="Lambda in this account") | {
        "concurrent_executions": limit.get("ConcurrentExecutions"),
        "unreserved_executions": limit.get("UnreservedConcurrentExecutions"),
        "code_bytes_limit": limit.get("TotalCodeSize"),
        "code_bytes": usage.get("TotalCodeSize"),
        "function_count": usage.get("FunctionCount"),
    }


@collector(
    "lambda_concurrency",
    client="lambda",
    permissions=("lambda:ListFunctions", "lambda:GetAccountSettings", "lambda:GetFunctionConcurrency"),
)
def lambda_concurrency(awslambda: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every Lambda function in the client's region with its reservation.

    Functions are asked one by one, and only where the account has reserved anything at all.
    """
    pages = items(awslambda, "list_functions", "Functions")
    functions = [one for one in pages if wanted(one["FunctionName"], ids)]
    if not functions:
        return
    limit = awslambda.get_account_settings()["AccountLimit"]
    reserving = limit.get("ConcurrentExecutions") != limit.get("UnreservedConcurrentExecutions")
    for function in functions:
        name = function["FunctionName"]
        try:
            reserved = _reserved(awslambda, name) if reserving else None
        except ClientError as error:
            if code(error) != "ResourceNotFoundException":
                raise
            continue  # deleted since it was listed
        row = common(awslambda, name, None, name=name, arn=function.get("FunctionArn"))
        yield row | {"reserved": reserved}


def _reserved(awslambda: Any, name: str) -> int | None:
    answer = awslambda.get_function_concurrency(FunctionName=name)
    found: int | None = answer.get("ReservedConcurrentExecutions")
    return found

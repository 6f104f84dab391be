"""Set how many executions a Lambda function has reserved, which is also the most it may have at once.

Params: `reserved`; null takes the reservation away. What one function reserves is taken from the others: AWS
refuses to leave them less than 100 of the account's.
"""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "lambda"
READ_PERMISSIONS = ("lambda:GetFunctionConcurrency",)
PERMISSIONS = ("lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency")
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """What is reserved (null: nothing); None when the function is gone."""
    try:
        answer = client.get_function_concurrency(FunctionName=resource_id)
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return None
        raise
    return {"reserved": answer.get("ReservedConcurrentExecutions")}


def after(before: State, params: State) -> State | None:
    """The new reservation. ActionRefused: 0, with which the function would never run."""
    if params["reserved"] == 0:
        raise ActionRefused("reserved 0 stops the function; expected 1 or more, or null for none.")
    return {"reserved": params["reserved"]}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Put or delete unless done. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        if params["reserved"] is None:
            client.delete_function_concurrency(FunctionName=resource_id)
        else:
            client.put_function_concurrency(
                FunctionName=resource_id, ReservedConcurrentExecutions=params["reserved"]
            )
    until_read(look, want, what=f"function {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The reservation it had, or none."""
    old = {"reserved": before["reserved"]}
    return Step(action="lambda.set_reserved_concurrency", resource_id=resource_id, params=old)

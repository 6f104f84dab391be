"""Looks at AWS itself, not at what Airflow or the ledger say, whether every change really happened."""

from collections.abc import Callable
from typing import Any, NamedTuple

from include.aws.act import action
from include.core.changes import Change, State
from include.ledger import Ledger, views

ClientFor = Callable[[str, str, str], Any]
"""`clients(account_id, region, service)`."""
NOT_MEANT = ("left_out",)
"""Execution states of changes that a human chose not to make."""


class Seen(NamedTuple):
    """One change of a run: what the ledger says, and what AWS says."""

    change: Change
    state: str
    reason: str
    live: State | None
    holds: bool
    """The ledger calls it verified, and AWS shows exactly what the plan promised."""


def look(ledger: Ledger, dag_id: str, run_id: str, clients: ClientFor) -> list[Seen]:
    """Every change the run was to make, each read live with clients of the caller's own."""
    seen = []
    for view in views.plans_of_run(ledger, dag_id, run_id):
        planned = {change.change_id: change for change in (view.plan.changes if view.plan else ())}
        for execution in view.executions:
            if execution.state not in NOT_MEANT:
                change = planned[execution.change_id]
                seen.append(_look(change, execution.state, execution.reason or "", clients))
    return seen


def _look(change: Change, state: str, reason: str, clients: ClientFor) -> Seen:
    doing = action(change.action)
    client = clients(change.account_id, change.region, doing.service(change.params))
    live = doing.read(client, change.resource_id, change.params)
    return Seen(change, state, reason, live, state == "verified" and live == change.after)

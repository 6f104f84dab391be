"""The way back: the inverse of what a plan has applied, as a plan that walks the same road."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.change._types import AWS_ERRORS, ActionFor, ClientFor, error_code, known_action
from include.change.decision import decide
from include.change.drafts import Refused, draft_step
from include.change.planning import LEVELS
from include.change.storing import LeftOut, Planned, store_plans
from include.change.text import differences, plain
from include.core.changes import Change, ChangePlan, Step
from include.core.errors import WatchkeeperError
from include.ledger import Ledger, executions, plans
from include.policies.change import ChangePolicy, change_policy


@dataclass(frozen=True)
class _Done:
    """A change that was applied, with what its inverse needs."""

    change: Change
    result: dict[str, Any]


@dataclass(frozen=True)
class Inverses:
    """What undoes a plan, newest change first, and what cannot be undone and why: each with its change."""

    original: ChangePlan
    kept: list[tuple[Change, Change]]
    left_out: list[tuple[Change, str]]

    def plan(self, changes: Iterable[Change], **head: Any) -> ChangePlan:
        """A plan of these inverses, as the original's child."""
        original = self.original
        same = {"domain": original.domain, "snapshot_id": original.snapshot_id, "as_of": original.as_of}
        parent = {"parent_digest": original.digest, "changes": tuple(changes)}
        return ChangePlan.model_validate({**same, **parent, **head})

    @property
    def undoes(self) -> dict[str, str]:
        """{inverse's change id: `<plan digest>/<change id>` it undoes}."""
        digest = self.original.digest
        return {inverse.change_id: f"{digest}/{change.change_id}" for change, inverse in self.kept}


def inverses(
    ledger: Ledger,
    digest: str,
    policy: ChangePolicy,
    clients: ClientFor,
    action: ActionFor,
    only: Container[str] | None = None,
) -> Inverses:
    """The inverse, by live state, of each change that `digest` has applied (`only`: of these change ids)."""
    with ledger.transaction() as session:
        original = plans.content(plans.locked(session, digest, shared=True))
        results = {
            e.change_id: e.result
            for e in executions.of_plan(session, digest)
            if e.result is not None and e.state != "rolled_back"
        }
    done = [
        _Done(change, results[change.change_id] or {})
        for change in reversed(original.changes)
        if change.change_id in results and (only is None or change.change_id in only)
    ]
    found = [(one.change, _inverse(one, policy, original.domain, clients, action)) for one in done]
    return Inverses(
        original,
        kept=[(change, one) for change, one in found if isinstance(one, Change)],
        left_out=[(change, one.why) for change, one in found if isinstance(one, Refused)],
    )


def inverse_plan(
    ledger: Ledger,
    digest: str,
    clients: ClientFor,
    *,
    requester: str | None,
    dag_id: str,
    run_id: str,
    now: datetime,
    only: set[str] | None = None,
    action: ActionFor = known_action,
) -> Planned:
    """Plan and store the inverse of what `digest` has applied (`only`: of these change ids), newest first.

    `clients` use the read role. A change without an inverse, or whose resource somebody changed since, is
    left out with the reason. Policy decides the level of each inverse as of any change.
    """
    policy, version = change_policy()
    found = inverses(ledger, digest, policy, clients, action, only)
    left_out = [LeftOut(_as_finding(change), why) for change, why in found.left_out]
    head = {"run": f"{dag_id}/{run_id}", "requester": requester, "policy_version": version}
    levels = {c.change_id: decide(policy, c, found.original.domain).level for _, c in found.kept}
    made = [
        found.plan(changes, level=level, **head)
        for level in LEVELS
        if (changes := [c for _, c in found.kept if levels[c.change_id] == level])
    ]
    store_plans(
        ledger,
        made,
        left_out,
        version,
        origin="rollback",
        dag_id=dag_id,
        run_id=run_id,
        now=now,
        undoes=found.undoes,
    )
    return Planned(made, left_out)


def _inverse(
    done: _Done, policy: ChangePolicy, domain: str, clients: ClientFor, action: ActionFor
) -> Change | Refused:
    change = done.change
    try:
        doing = action(change.action)
        step = doing.inverse(change.resource_id, change.before, change.params, done.result)
        client = clients(change.account_id, change.region, doing.service(change.params))
        live = doing.read(client, change.resource_id, change.params)
    except AWS_ERRORS as error:
        return Refused(f"its live state could not be read: {error_code(error)}")
    except WatchkeeperError as error:
        return Refused(str(error))
    if step is None:
        return Refused(f"no way back: {change.irreversible_because or 'the action offers no inverse'}")
    if live != change.after:
        return Refused(f"changed since it was applied: {plain(differences(change.after, live), 300)}")
    found = _draft(step, change, clients, action)
    if isinstance(found, Change):
        decision = decide(policy, found, domain)
        if decision.level == "forbid":
            return Refused(f"forbidden by {decision.why}")
    return found


def _draft(step: Step, change: Change, clients: ClientFor, action: ActionFor) -> Change | Refused:
    saving = change.saving_usd_month
    return draft_step(
        step,
        clients=clients,
        action=action,
        account_id=change.account_id,
        region=change.region,
        resource_type=change.resource_type,
        name=change.name,
        environment=change.environment,
        check_id=change.check_id,
        reason=f"rolls back {change.change_id}: {change.reason}",
        saving_usd_month=None if saving is None else -saving,
        price_source=change.price_source,
        price_date=change.price_date,
    )


def _as_finding(change: Change) -> dict[str, Any]:
    fields = ("check_id", "account_id", "region", "resource_type", "resource_id", "action")
    return {field: getattr(change, field) for field in fields}

"""One finding into one change: the before-image read live, after and inverse computed, evidence kept."""

from typing import Any, NamedTuple

from include.change._types import AWS_ERRORS, ActionFor, ClientFor, error_code
from include.change.overlaps import Finding, params, saving
from include.core.actions import Action
from include.core.changes import Change, State, Step
from include.core.errors import WatchkeeperError


class Refused(NamedTuple):
    """Why a finding did not become a change."""

    why: str


def draft(finding: Finding, *, clients: ClientFor, action: ActionFor) -> Change | Refused:
    """The change a finding asks for, or why there is none."""
    step = Step(action=finding["action"], resource_id=finding["resource_id"], params=params(finding))
    where = {field: finding[field] for field in ("account_id", "region", "resource_type")}
    return draft_step(
        step,
        clients=clients,
        action=action,
        **where,
        name=finding["name"],
        environment=finding["environment"],
        check_id=finding["check_id"],
        reason=finding["reason"] or "",
        saving_usd_month=saving(finding),
        price_source=finding["price_source"],
        price_date=finding["price_date"].isoformat() if finding["price_date"] else None,
    )


def draft_step(step: Step, *, clients: ClientFor, action: ActionFor, **evidence: Any) -> Change | Refused:
    """The change that carries out `step`, by live state; `evidence` are the change's other fields."""
    try:
        doing = action(step.action)
        client = clients(evidence["account_id"], evidence["region"], doing.service(step.params))
        before = doing.read(client, step.resource_id, step.params)
        after = doing.after(before, step.params) if before is not None else None
    except AWS_ERRORS as error:
        return Refused(f"its live state could not be read: {error_code(error)} ({error})")
    except WatchkeeperError as error:
        return Refused(str(error))
    if before is None:
        return Refused("gone: the resource no longer exists")
    if after == before:
        return Refused("nothing to do: its live state is already as the change would make it")
    inverse = doing.inverse(step.resource_id, before, step.params, {})
    return _change(step, doing, before, after, inverse, evidence)


def _change(
    step: Step,
    doing: Action,
    before: State,
    after: State | None,
    inverse: Step | None,
    evidence: dict[str, Any],
) -> Change:
    return Change(
        action=step.action,
        resource_id=step.resource_id,
        params=step.params,
        before=before,
        after=after,
        inverse=inverse,
        irreversible_because=doing.IRREVERSIBLE_BECAUSE if inverse is None else None,
        risk=doing.RISK,
        effort=doing.EFFORT,
        restart_needed=doing.RESTART_NEEDED,
        destructive=doing.DESTRUCTIVE,
        permissions=tuple(dict.fromkeys((*doing.READ_PERMISSIONS, *doing.PERMISSIONS))),
        **evidence,
    )

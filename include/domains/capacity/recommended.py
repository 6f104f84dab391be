"""The remedy of a kind, as columns of OUTLOOKS."""

import json
from functools import cache
from typing import Any

from include.core.discovery import modules
from include.core.errors import WatchkeeperError
from include.domains.capacity import remedies
from include.domains.capacity.remedies._remedy import Cost, Due, Remedy


def recommended(due: Due, hold_days: int, margin: float) -> dict[str, Any]:
    """What to do, the limit it gives, the action and the price. CloudFormation's own is advised only."""
    found: Remedy = _remedies().get(due.kind, no_remedy)(due)
    stacked = due.resource["managed_by"] == "cloudformation"
    says = f"{found.says} CloudFormation made it: change its template." if stacked else found.says
    action = None if stacked else found.action
    acts_on = found.acts_on or (None, None)
    holds = "That holds" if found.limit is not None else "To hold is"
    return {
        "recommended_limit": found.limit if found.limit is not None else due.need,
        "recommended_for": f"{says} {holds} the highest usage expected in {hold_days} days (P90) with "
        f"{margin:.0%} to spare.",
        "action": action,
        "params": json.dumps(found.params) if action else None,
        "acts_on_type": acts_on[0] if action else None,
        "acts_on_id": acts_on[1] if action else None,
        **priced(found.cost),
    }


def priced(cost: Cost | None) -> dict[str, Any]:
    """A cost with where it comes from; nothing where it is not known."""
    if cost is None:
        return {}
    return {"cost_usd_month": cost.usd_month, "price_source": cost.source, "price_date": cost.day}


@cache
def _remedies() -> dict[str, Any]:
    """Each kind's remedy. WatchkeeperError: two files are for one kind."""
    found: dict[str, Any] = {}
    for name, module in modules(remedies.__name__).items():
        for kind in module.KINDS:
            if kind in found:
                raise WatchkeeperError(f"remedies/{name}.py: another file is for {kind!r} too; expected one.")
            found[kind] = module.remedy
    return found


def no_remedy(due: Due) -> Remedy:
    """Of a kind that no file is for: the number is all there is to say."""
    return Remedy(f"Raise the limit to {due.need:g} {due.unit}.")

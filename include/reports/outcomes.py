"""What became of each finding: a change and its state, left out and why, or advice only."""

from typing import Any, NamedTuple

from include.reports.run import ChangeOutcome, LeftOut, RunReport

_ROAD = (
    "planned",
    "claimed",
    "verified",
    "applied",
    "stale",
    "skipped",
    "failed",
    "unknown",
    "left_out",
    "rolled_back",
)
_Key = tuple[str, str, str, str]


class Outcome(NamedTuple):
    state: str
    """An execution state, `left_out`, `other_change`, `advice_only`, `not_planned`; empty for UNKNOWN and
    EXEMPT, whose reason says it all."""
    why: str = ""
    plan_digest: str = ""
    change_id: str = ""


class Progress(NamedTuple):
    """Changes in one state; `saving_usd_month` sums the known ones, None when none is known."""

    state: str
    changes: int
    saving_usd_month: float | None
    unpriced: int


class Outcomes:
    """Looks up outcomes by finding. A change of a plan approved in part goes on in the plan cut from it:
    what became of it there counts, once."""

    def __init__(self, report: RunReport) -> None:
        replaced = {plan.digest for plan in report.plans if plan.state == "replaced"}
        changes = sorted(report.changes, key=lambda one: one.plan_digest not in replaced)
        self._changes: dict[_Key, ChangeOutcome] = {_key(one): one for one in changes}
        self._on_resource = {_key(one)[1:]: one for one in changes}
        self._left_out: dict[_Key, LeftOut] = {_key(one): one for one in report.left_out}

    def of(self, finding: dict[str, Any]) -> Outcome:
        """The outcome of one row of the findings frame."""
        if finding["status"] != "FAIL":
            return Outcome("")
        key = (finding["check_id"], finding["account_id"], finding["region"], finding["resource_id"])
        if change := self._changes.get(key):
            return Outcome(change.state, change.reason or "", change.plan_digest, change.change_id)
        if left := self._left_out.get(key):
            return Outcome("left_out", left.why)
        if other := self._on_resource.get(key[1:]):
            return Outcome(
                "other_change", f"{other.check_id} changes this resource", other.plan_digest, other.change_id
            )
        if finding["action"] is None:
            return Outcome("advice_only", "no action is known for this finding")
        return Outcome("not_planned", "no plan holds it")

    def progress(self) -> list[Progress]:
        """Changes by state, in the order the road is walked, with the known savings."""
        found = {change.state for change in self._changes.values()}
        order = [state for state in _ROAD if state in found] + sorted(found - set(_ROAD))
        return [
            _progress(state, [one for one in self._changes.values() if one.state == state]) for state in order
        ]


def _progress(state: str, changes: list[ChangeOutcome]) -> Progress:
    known = [float(one.saving_usd_month) for one in changes if one.saving_usd_month is not None]
    return Progress(state, len(changes), sum(known) if known else None, len(changes) - len(known))


def _key(one: ChangeOutcome | LeftOut) -> _Key:
    return (one.check_id, one.account_id, one.region, one.resource_id)

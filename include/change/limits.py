"""Limits of one run and of one day: over one, the plan keeps its safest part and says what was left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from include.change.overlaps import RISKS
from include.core.changes import Change
from include.policies.limits import Limit, Limits

Fleet = tuple[str, str, str]
"""Account, region, resource type."""

TEARDOWN = (
    "load_balancers",
    "ec2_instances",
    "rds_instances",
    "nat_gateways",
    "ebs_volumes",
    "ebs_snapshots",
    "elastic_ips",
)
"""What uses others is stopped before what it uses."""


@dataclass
class Tally:
    """What has been changed, or is about to be: of a run, or of the last 24 hours."""

    changes: int = 0
    fleets: Counter[Fleet] = field(default_factory=Counter)
    usd: Decimal = Decimal(0)

    def add(self, change: Change) -> None:
        self.changes += 1
        self.fleets[fleet(change)] += 1
        self.usd += money(change)


def fleet(change: Change) -> Fleet:
    return (change.account_id, change.region, change.resource_type)


def money(change: Change) -> Decimal:
    """USD per month added to or taken from the bill; 0 where no price is known."""
    return abs(change.saving_usd_month or Decimal(0))


def safest_first(change: Change) -> tuple[object, ...]:
    """Sort key: low risk, then reversible, then users before the used, then the dearest known saving."""
    kind = change.resource_type
    return (
        RISKS[change.risk],
        change.inverse is None,
        change.destructive,
        TEARDOWN.index(kind) if kind in TEARDOWN else len(TEARDOWN),
        change.saving_usd_month is None,
        -(change.saving_usd_month or Decimal(0)),
        change.change_id,
    )


def cut(
    changes: Iterable[Change], limits: Limits, day: Tally
) -> tuple[list[Change], list[tuple[Change, str]]]:
    """The changes that fit, safest first, and the others each with the limit it would pass. `day`: what the
    last 24 hours have changed already."""
    kept: list[Change] = []
    left_out: list[tuple[Change, str]] = []
    run, today = Tally(), Tally(day.changes, Counter(day.fleets), day.usd)
    for change in sorted(changes, key=safest_first):
        why = over(change, limits, run=run, day=today)
        if why:
            left_out.append((change, why))
            continue
        kept.append(change)
        run.add(change)
        today.add(change)
    return kept, left_out


def over(change: Change, limits: Limits, *, run: Tally, day: Tally) -> str | None:
    """The limit this change would pass, in words; None when it fits both the run's and the day's."""
    least = limits.max_fleet_min
    return _passed(change, limits.run, run, least, "per run") or _passed(
        change, limits.day, day, least, "in 24 hours"
    )


def _passed(change: Change, limit: Limit, tally: Tally, least: int, span: str) -> str | None:
    if tally.changes >= limit.max_changes:
        return f"over the limit of {limit.max_changes} changes {span}"
    most = max(least, min(limit.max_fleet_count, share(change.fleet_size, limit)))
    if tally.fleets[fleet(change)] >= most:
        of = "an unknown number of" if change.fleet_size is None else f"{change.fleet_size}"
        return (
            f"over the limit for a fleet: {most} of {of} {change.resource_type} "
            f"in {change.account_id}/{change.region} {span}"
        )
    if tally.usd + money(change) > Decimal(str(limit.max_usd_month)):
        return f"over the limit of USD {limit.max_usd_month:,.0f} per month changed {span}"
    return None


def share(size: int | None, limit: Limit) -> int:
    """The percentage of a fleet, rounded down; of an unknown fleet, nothing."""
    return int((size or 0) * limit.max_fleet_percent / 100)

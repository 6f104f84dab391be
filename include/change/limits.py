"""Limits of one run: over one, the plan keeps its safest part and says what was left out."""

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal

from include.change.overlaps import RISKS
from include.core.changes import Change
from include.policies.change import Limits

FleetSize = Callable[[Change], int | None]
"""How many resources of the change's type its account and region have; None: not known."""

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
    changes: Iterable[Change], limits: Limits, fleet: FleetSize
) -> tuple[list[Change], list[tuple[Change, str]]]:
    """The changes that fit the limits, safest first, and the others each with the limit it would pass."""
    kept: list[Change] = []
    left_out: list[tuple[Change, str]] = []
    of_fleet: Counter[tuple[str, str, str]] = Counter()
    money = Decimal(0)
    for change in sorted(changes, key=safest_first):
        place = (change.account_id, change.region, change.resource_type)
        saving = change.saving_usd_month or Decimal(0)
        why = _passed(change, limits, fleet, count=len(kept), of_fleet=of_fleet[place], money=money + saving)
        if why:
            left_out.append((change, why))
            continue
        kept.append(change)
        of_fleet[place] += 1
        money += saving
    return kept, left_out


def _passed(
    change: Change, limits: Limits, fleet: FleetSize, *, count: int, of_fleet: int, money: Decimal
) -> str | None:
    """The limit this change would pass, in words; None when it fits."""
    if count >= limits.max_changes:
        return f"over the limit of {limits.max_changes} changes per run"
    size = fleet(change)
    share = int((size or 0) * limits.max_fleet_percent / 100)
    if of_fleet >= max(share, limits.max_fleet_min):
        of = f"{size}" if size is not None else "unknown number of"
        return (
            f"over the limit for a fleet: {max(share, limits.max_fleet_min)} of {of} {change.resource_type} "
            f"in {change.account_id}/{change.region}"
        )
    if money > Decimal(str(limits.max_saving_usd_month)):
        return f"over the limit of USD {limits.max_saving_usd_month:,.0f} per month changed in one run"
    return None

"""Auto Scaling groups: let them grow further, or run more instances, all week or when they are needed."""

from typing import Any

from include.domains.capacity.busy_hours import HOURS, LEAD, WEEK, BusyHours
from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Remedy, cost, up

KINDS = ("asg_size", "asg_cpu")
RAISE, RETURN = "watchkeeper-raise", "watchkeeper-return"
"""The scheduled actions that begin and end a group's busy hours."""


def remedy(due: Due) -> Remedy:
    """A higher maximum; for CPU also as many more instances as the load needs, by schedule where it does."""
    if due.kind == "asg_cpu":
        return _more_instances(due)
    most = up(due.need)
    return Remedy(
        f"Let the group grow to {most} instances.",
        float(most),
        "autoscaling.set_group_limits",
        {"max_size": most},
        _instances(due, most - int(due.limit)),
    )


def _more_instances(due: Due) -> Remedy:
    scheduled, busy = due.resource["scheduled_actions"], due.busy()
    if scheduled and {RAISE, RETURN} & set(scheduled):
        return Remedy(
            f"{RAISE} and {RETURN} run more instances already, of which usage from before says nothing: "
            "where it stays as high, raise their sizes."
        )
    if busy is None:
        return _all_week(due)
    if scheduled is None:
        return _all_week(due, " All week, as it is not known whether it has scheduled actions.")
    if scheduled:
        names = ", ".join(scheduled)
        return _all_week(due, f" All week, as a schedule would be beside those it has: {names}.")
    return _by_schedule(due, busy)


def _all_week(due: Due, because: str = "") -> Remedy:
    now, wanted = _counts(due)
    most = max(wanted, int(due.resource["max_size"]))
    return Remedy(
        f"Run {wanted} instances instead of {now}.{because}",
        due.limit * wanted / now,
        "autoscaling.set_group_limits",
        {"min_size": wanted, "desired_capacity": wanted, "max_size": most},
        _instances(due, wanted - now),
    )


def _by_schedule(due: Due, busy: BusyHours) -> Remedy:
    """Up before the window and back to today's sizes after it; to fewer instances, scaling policies go by
    themselves, and a group without any is told the number."""
    group, (now, wanted) = due.resource, _counts(due)
    raised, back = {"min_size": wanted}, {"min_size": int(group["min_size"])}
    if wanted > group["max_size"]:
        raised["max_size"], back["max_size"] = wanted, int(group["max_size"])
    if not group["scaling_policies"]:
        back["desired_capacity"] = now
    scheduled: dict[str, Any] = {
        RAISE: {"recurrence": _cron(busy, busy.begins - LEAD), "time_zone": busy.time_zone, **raised},
        RETURN: {"recurrence": _cron(busy, busy.begins + busy.hours), "time_zone": busy.time_zone, **back},
    }
    return Remedy(
        f"Run {wanted} instances instead of {now} {busy}, and an hour before, by schedule: at all other "
        "hours today's are enough.",
        due.limit * wanted / now,
        "autoscaling.set_schedule",
        {"scheduled": scheduled},
        _instances(due, wanted - now, busy.raised * HOURS_PER_MONTH / WEEK),
    )


def _counts(due: Due) -> tuple[int, int]:
    """Instances it runs, and those the load needs."""
    now = max(int(due.resource["desired_capacity"] or 0), 1)
    return now, max(up(now * due.factor), now + 1)


def _cron(busy: BusyHours, hour: int) -> str:
    """Weekly at an hour of the window's days, or of the days before or after them; cron's 0 is Sunday."""
    later, at = divmod(hour, HOURS)
    days = sorted((day + 1 + later) % 7 for day in busy.days)
    return f"0 {at} * * {','.join(map(str, days))}"


def _instances(due: Due, more: int, hours: float = HOURS_PER_MONTH) -> Cost | None:
    """At most: as if they ran all those hours of the month, of the type of the group's first instance."""
    ids = due.resource["instance_ids"] or []
    instance = due.other("ec2_instances", ids[0]) if len(ids) else None
    if instance is None or instance["lifecycle"] != "on-demand":
        return None
    price = due.price(f"ec2:{instance['instance_type']}:{instance['platform']}")
    return cost((more * hours, price))

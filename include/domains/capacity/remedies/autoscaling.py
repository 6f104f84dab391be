"""Auto Scaling groups: let them grow further, or run more instances."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Remedy, cost, up

KINDS = ("asg_size", "asg_cpu")


def remedy(due: Due) -> Remedy:
    """A higher maximum; for CPU also as many more instances as the load needs."""
    group = due.resource
    if due.kind == "asg_size":
        most = up(due.need)
        return Remedy(
            f"Let the group grow to {most} instances.",
            float(most),
            "autoscaling.set_group_limits",
            {"max_size": most},
            _instances(due, most - int(due.limit)),
        )
    now = max(int(group["desired_capacity"] or 0), 1)
    wanted = max(up(now * due.factor), now + 1)
    params = {"min_size": wanted, "desired_capacity": wanted, "max_size": max(wanted, int(group["max_size"]))}
    return Remedy(
        f"Run {wanted} instances instead of {now}.",
        due.limit * wanted / now,
        "autoscaling.set_group_limits",
        params,
        _instances(due, wanted - now),
    )


def _instances(due: Due, more: int) -> Cost | None:
    """At most: as if they ran all month, of the type of the group's first instance."""
    ids = due.resource["instance_ids"] or []
    instance = due.other("ec2_instances", ids[0]) if len(ids) else None
    if instance is None or instance["lifecycle"] != "on-demand":
        return None
    price = due.price(f"ec2:{instance['instance_type']}:{instance['platform']}")
    return cost((more * HOURS_PER_MONTH, price))

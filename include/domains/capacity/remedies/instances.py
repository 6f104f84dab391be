"""EC2 instances: a larger type of the same family; the volume of a disk that is full."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Remedy, cost, up
from include.domains.capacity.remedies._sizes import larger, ratio

KINDS = ("ec2_cpu", "ec2_memory", "ec2_disk", "ec2_ebs_iops", "ec2_ebs_throughput")
COLUMNS = {"ec2_ebs_iops": "ebs_iops", "ec2_ebs_throughput": "ebs_mb_per_second"}


def remedy(due: Due) -> Remedy:
    """The smallest type that carries the need; the instance stops for it."""
    if due.kind == "ec2_disk":
        return _disk(due)
    now, column = str(due.resource["instance_type"]), COLUMNS.get(due.kind, "memory_mib")
    new = larger(now, column, due.factor)
    if new is None:
        return Remedy(f"No larger type of {now}'s family carries it: spread the load, or change the family.")
    limit = due.limit * ratio(now, new, column)
    if due.resource["managed_by"] in ("autoscaling", "ecs", "eks"):
        return Remedy(f"Change the template of its {due.resource['managed_by']} fleet to {new}.", limit)
    return Remedy(
        f"Change its type from {now} to {new}; it stops for that.",
        limit,
        "ec2.modify_instance_type",
        {"instance_type": new},
        _difference(due, now, new),
    )


def _disk(due: Due) -> Remedy:
    """Of several volumes only the instance knows which one is the fullest."""
    ids = due.resource["volume_ids"] or []
    volume = due.other("ebs_volumes", ids[0]) if len(ids) == 1 else None
    if volume is None:
        return Remedy(
            f"Grow the fullest disk's volume to {due.factor:.2f} times its size, and its file system."
        )
    now = int(volume["size_gib"])
    size = max(up(now * due.factor), now + 1)
    extra = cost((size - now, due.price(f"ebs:{volume['volume_type']}:gib-month")))
    return Remedy(
        f"Grow its volume from {now} to {size} GiB, then the file system on it.",
        due.limit * size / now,
        "ec2.modify_volume",
        {"size_gib": size},
        extra,
        ("ebs_volumes", ids[0]),
    )


def _difference(due: Due, now: str, new: str) -> Cost | None:
    platform = due.resource["platform"]
    prices = [due.price(f"ec2:{name}:{platform}") for name in (new, now)]
    if due.resource["lifecycle"] != "on-demand" or None in prices:
        return None
    return cost((HOURS_PER_MONTH, prices[0]), (-HOURS_PER_MONTH, prices[1]))

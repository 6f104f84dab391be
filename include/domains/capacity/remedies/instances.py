"""EC2 instances: a larger type of the same family; disks are grown by hand."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Remedy, cost
from include.domains.capacity.remedies._sizes import larger, ratio

KINDS = ("ec2_cpu", "ec2_memory", "ec2_disk", "ec2_ebs_iops", "ec2_ebs_throughput")
COLUMNS = {"ec2_ebs_iops": "ebs_iops", "ec2_ebs_throughput": "ebs_mb_per_second"}


def remedy(due: Due) -> Remedy:
    """The smallest type that carries the need; the instance stops for it."""
    if due.kind == "ec2_disk":
        return Remedy(
            f"Grow the fullest disk's volume to {due.factor:.2f} times its size, then its file system: which "
            "volume that is only the instance knows."
        )
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


def _difference(due: Due, now: str, new: str) -> Cost | None:
    platform = due.resource["platform"]
    prices = [due.price(f"ec2:{name}:{platform}") for name in (new, now)]
    if due.resource["lifecycle"] != "on-demand" or None in prices:
        return None
    return cost((HOURS_PER_MONTH, prices[0]), (-HOURS_PER_MONTH, prices[1]))

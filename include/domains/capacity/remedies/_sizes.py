"""Larger instance types of the same family."""

import polars as pl

from include.domains.capacity.instance_limits import instance_limits

NOT_OFFERED = ("metal", "nano")


def larger(instance_type: str, column: str, factor: float) -> str | None:
    """The smallest type of the family with at least `factor` times the type's `column` (memory_mib, ebs_iops,
    ebs_mb_per_second); vCPUs of a family grow with its memory. None: there is none, or the type is not known.
    """
    family, _, _ = instance_type.partition(".")
    known = instance_limits().filter(
        pl.col("instance_type").str.starts_with(f"{family}."),
        ~pl.col("instance_type").str.contains("|".join(NOT_OFFERED)),
    )
    own = known.filter(pl.col("instance_type") == instance_type)[column]
    if own.is_empty() or own[0] is None:
        return None
    enough = known.filter(pl.col(column) >= own[0] * factor, pl.col(column) > own[0])
    found = enough.sort("memory_mib", "instance_type")["instance_type"]
    return None if found.is_empty() else str(found[0])


def ratio(old: str, new: str, column: str) -> float:
    """How many times the old type's `column` the new one has."""
    values = dict(instance_limits().select("instance_type", column).iter_rows())
    return float(values[new] / values[old])

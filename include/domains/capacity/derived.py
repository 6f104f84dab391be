"""Limits that no API tells: they follow from a volume's type and size, or an instance's class.

Sources: `instance_limits.csv` and `volume_limits.csv` (each names its own), `include/core/databases.py`.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl

from include.core.databases import default_max_connections
from include.domains.capacity.instance_limits import instance_limits

MIB = 1024 * 1024
MB = 1_000_000
RDS_GP2 = (3, 3_000, 64_000)
"""IOPS per GiB, burst, most (RDS User Guide, "Amazon RDS DB instance storage"; from memory, verify)."""

VOLUMES = pl.Schema({
    "volume_type": pl.String,
    "most_iops": pl.Int64,
    "most_mibps": pl.Int64,
    "burst_iops": pl.Int64,  # what credits allow a smaller volume; null: it has none
})


@cache
def volume_limits() -> pl.DataFrame:
    """What a type of EBS volume does at most, as VOLUMES."""
    path = Path(__file__).with_name("volume_limits.csv")
    return pl.read_csv(path, schema=VOLUMES, comment_prefix="#")


def derived(dataset: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """`frame` with its dataset's DERIVED columns; null where type, class or engine is not known."""
    return _WAYS[dataset](frame) if dataset in _WAYS else frame


def _instances(frame: pl.LazyFrame) -> pl.LazyFrame:
    """What the type sustains to all its volumes together."""
    return _with_type(frame, pl.col("instance_type")).with_columns(
        type_ebs_iops=pl.col("ebs_iops"), type_ebs_bytes=pl.col("ebs_mb_per_second") * MB
    )


def _volumes(frame: pl.LazyFrame) -> pl.LazyFrame:
    """What is provisioned, else what the type does at most; gp2 as fast as its credits make it."""
    known = volume_limits().lazy().rename({"most_iops": "type_iops"})
    iops = pl.max_horizontal("iops", "burst_iops")
    mibps = pl.coalesce("throughput_mibps", "most_mibps")
    joined = frame.join(known, on="volume_type", how="left", maintain_order="left")
    return joined.with_columns(most_iops=pl.coalesce(iops, "type_iops"), most_bytes=mibps * MIB)


def _databases(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The lesser of volume and class; `max_connections` as the default parameter group has it.

    A class has the memory and the EBS bandwidth of the EC2 type it is named after. RDS keeps some of that
    memory for itself, and a parameter group may set another maximum: the real one is then lower, or other.
    """
    per_gib, burst, most = RDS_GP2
    gp2 = (pl.col("allocated_gib") * per_gib).clip(burst, most)
    iops = pl.coalesce("iops", pl.when(pl.col("storage_type") == "gp2").then(gp2))
    named = pl.col("instance_class").str.extract(r"^db\.([a-z0-9-]+\.[a-z0-9]+)")
    return _with_type(frame, named).with_columns(
        max_connections=default_max_connections(pl.col("engine"), pl.col("memory_mib") * MIB),
        most_iops=pl.min_horizontal(iops, "ebs_iops"),
        most_bytes=pl.min_horizontal(pl.col("throughput_mibps") * MIB, pl.col("ebs_mb_per_second") * MB),
    )


def _with_type(frame: pl.LazyFrame, name: pl.Expr) -> pl.LazyFrame:
    known = instance_limits().lazy().rename({"instance_type": "type_name"})
    return frame.with_columns(type_name=name).join(known, on="type_name", how="left", maintain_order="left")


_WAYS: dict[str, Callable[[pl.LazyFrame], pl.LazyFrame]] = {
    "ec2_instances": _instances,
    "ebs_volumes": _volumes,
    "rds_instances": _databases,
}

DERIVED: dict[str, tuple[str, ...]] = {
    "ec2_instances": ("type_ebs_iops", "type_ebs_bytes"),
    "ebs_volumes": ("most_iops", "most_bytes"),
    "rds_instances": ("max_connections", "most_iops", "most_bytes"),
}
"""Columns that a limit may name beside the dataset's own: operations and bytes per second, connections."""

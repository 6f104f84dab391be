"""What an EBS volume costs a month, at list price."""

import polars as pl

from include.domains.cost.money import priced, usd

GP3_IOPS = 3000
GP3_MIBPS = 125
"""Included in a gp3 volume's price (EBS User Guide, "General Purpose SSD volumes")."""

GP2_IOPS_PER_GIB = 3
GP2_LEAST_IOPS = 100
GP2_MOST_IOPS = 16_000
GP2_MOST_MIBPS = 250
GP2_IO_KIB = 256
"""gp2's baseline and the size of one I/O operation (EBS User Guide, same page)."""

VOLUME_PRICES = ("gib", "snapshot")
SNAPSHOT = pl.col("size_gib") * usd("snapshot")
"""A full snapshot per month: an upper bound, snapshots hold used blocks only."""


def with_volume_prices(volumes: pl.LazyFrame, prices: pl.LazyFrame) -> pl.LazyFrame:
    """Volumes with the prices `volume_month` and SNAPSHOT read."""
    kind = pl.col("volume_type")
    return priced(
        volumes,
        prices,
        gib=pl.format("ebs:{}:gib-month", kind),
        iop=pl.when(kind.is_in(["io1", "io2", "gp3"])).then(pl.format("ebs:{}:iops-month", kind)),
        mibps=pl.when(kind == "gp3").then(pl.lit("ebs:gp3:mibps-month")),
        snapshot=pl.lit("ebs:snapshot:gib-month"),
    )


def volume_month() -> pl.Expr:
    """USD a month: size, plus what is provisioned beyond what the type includes. Null: a price or a number
    is missing."""
    kind = pl.col("volume_type")
    extra = (
        pl
        .when(kind.is_in(["io1", "io2"]))
        .then(pl.col("iops") * usd("iop"))
        .when(kind == "gp3")
        .then(gp3_extra(pl.col("iops"), pl.col("throughput_mibps"), usd("iop"), usd("mibps")))
        .otherwise(pl.lit(0.0))
    )
    return pl.col("size_gib") * usd("gib") + extra


def gp3_extra(iops: pl.Expr, mibps: pl.Expr, usd_iop: pl.Expr, usd_mibps: pl.Expr) -> pl.Expr:
    """USD a month for what a gp3 volume has beyond the included 3,000 IOPS and 125 MiB/s."""
    more_iops = (iops.fill_null(GP3_IOPS) - GP3_IOPS).clip(lower_bound=0)
    more_mibps = (mibps.fill_null(GP3_MIBPS) - GP3_MIBPS).clip(lower_bound=0)
    return _times(more_iops, usd_iop) + _times(more_mibps, usd_mibps)


def _times(amount: pl.Expr, usd_each: pl.Expr) -> pl.Expr:
    """Nothing costs nothing, even where the price is unknown."""
    return pl.when(amount == 0).then(pl.lit(0.0)).otherwise(amount * usd_each)


def gp2_baseline_iops() -> pl.Expr:
    """What gp2 sustains: 3 IOPS per GiB, between 100 and 16,000."""
    return (pl.col("size_gib") * GP2_IOPS_PER_GIB).clip(GP2_LEAST_IOPS, GP2_MOST_IOPS)


def gp2_baseline_mibps() -> pl.Expr:
    """What gp2 sustains in MiB/s: its baseline IOPS at 256 KiB each, 250 at most (from 334 GiB on). Smaller
    volumes go faster on burst credits, for as long as those last."""
    return (gp2_baseline_iops() * GP2_IO_KIB / 1024).ceil().cast(pl.Int64).clip(upper_bound=GP2_MOST_MIBPS)

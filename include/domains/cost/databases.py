"""What the RDS checks share: prices by class, and sets of instances."""

import polars as pl

from include.domains.cost.money import priced
from include.domains.cost.verdicts import Case


def part_of_a_set(*, replicas: bool) -> list[Case]:
    """Instances that are not judged by themselves; with `replicas` also those that feed others."""
    cases = [
        Case(pl.col("cluster_id").is_not_null(), pl.format("Member of cluster {}.", "cluster_id")),
        Case(
            pl.col("replica_of").is_not_null(),
            pl.format("Replica of {}: its work is to follow.", "replica_of"),
        ),
    ]
    if replicas:
        cases.append(Case(pl.col("replica_ids").list.len() > 0, pl.lit("Replicas depend on it.")))
    return cases


def priced_class(frame: pl.LazyFrame, prices: pl.LazyFrame, **classes: str) -> pl.LazyFrame:
    """`frame` with the hourly price (see `priced`) of the class in each named column."""
    zones = pl.when("multi_az").then(pl.lit("multi")).when(~pl.col("multi_az")).then(pl.lit("single"))
    skus = {name: pl.format("rds:{}:{}:{}", column, "engine", zones) for name, column in classes.items()}
    return priced(frame, prices, **skus)

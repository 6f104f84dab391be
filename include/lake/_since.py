"""Since when a column has had its present value, by looking at every snapshot so far."""

from datetime import datetime

import polars as pl

TARGET = ["account_id", "region"]
KEY = [*TARGET, "resource_id"]


def since(
    history: pl.LazyFrame, readings: pl.LazyFrame, column: str, snapshot_id: str, as_of: datetime
) -> pl.LazyFrame:
    """KEY and `since` for every resource of one snapshot.

    `history`: the dataset with its STAMP. `readings`: TARGET and `as_of` of each complete reading of the
    dataset. `since` is the first observation of the unbroken run that ends in the snapshot. A reading of the
    target that did not find the resource breaks the run (a deleted and re-used name starts anew); a target
    that could not be read breaks nothing. A null value is a value like any other.
    """
    seen = history.filter(pl.col("as_of") <= as_of).select(*KEY, "as_of", "snapshot_id", value=pl.col(column))
    present = seen.filter(pl.col("snapshot_id") == snapshot_id).select(*KEY, present="value")
    numbered = readings.filter(pl.col("as_of") <= as_of).sort("as_of")
    numbered = numbered.with_columns(reading=pl.int_range(pl.len()).over(TARGET))
    runs = (
        seen
        .sort("as_of")
        .join_asof(numbered, on="as_of", by=TARGET, strategy="backward", check_sortedness=False)
        .join(present, on=KEY, how="inner")
        .with_columns(other=pl.col("value").ne_missing(pl.col("present")))
    )
    starts = (
        runs
        .sort(*KEY, "as_of")
        .with_columns(
            starts=pl.col("other").shift(1, fill_value=True).over(KEY)
            | (pl.col("reading").diff().over(KEY) > 1).fill_null(False)
        )
        .filter(~pl.col("other") & pl.col("starts"))
    )
    return starts.group_by(KEY).agg(since=pl.col("as_of").max())


def readings(snapshots: pl.LazyFrame, gaps: pl.LazyFrame, dataset: str) -> pl.LazyFrame:
    """TARGET and `as_of` of every finished reading of a dataset that had no gap."""
    place = pl.col("targets").str.split_exact("/", 1).struct
    asked = snapshots.explode("targets", empty_as_null=False, keep_nulls=False).select(
        "snapshot_id", "as_of", account_id=place.field("field_0"), region=place.field("field_1")
    )
    incomplete = gaps.filter(pl.col("dataset") == dataset)
    return asked.join(incomplete, on=["snapshot_id", *TARGET], how="anti").select(*TARGET, "as_of")

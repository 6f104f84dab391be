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

    Resources are compared by the 64-bit hash of their KEY: histories have millions of rows.
    """
    past = history.filter(pl.col("as_of") <= as_of)
    present = past.filter(pl.col("snapshot_id") == snapshot_id).select(
        *KEY, present=pl.col(column), resource=pl.struct(KEY).hash()
    )
    seen = (
        past
        .join(_numbered(past, readings), on=[*TARGET, "as_of"], how="left")
        .select("as_of", "reading", value=pl.col(column), resource=pl.struct(KEY).hash())
        .join(present.select("resource", "present"), on="resource", how="inner")
        .select("resource", "as_of", "reading", other=pl.col("value").ne_missing(pl.col("present")))
        .sort("resource", "as_of")
    )
    new = pl.col("resource").ne_missing(pl.col("resource").shift(1))
    missed = pl.col("reading").diff() > 1
    begins = seen.filter(~pl.col("other") & (new | missed | pl.col("other").shift(1)))
    found = begins.group_by("resource").agg(since=pl.col("as_of").max())
    return present.join(found, on="resource", how="inner").select(*KEY, "since")


def _numbered(past: pl.LazyFrame, readings: pl.LazyFrame) -> pl.LazyFrame:
    """For each target and time in the history, the number of complete readings of the target until then."""
    complete = readings.sort("as_of").with_columns(
        reading=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(TARGET)
    )
    times = past.select(*TARGET, "as_of").unique().sort("as_of")
    joined = times.join_asof(complete, on="as_of", by=TARGET, strategy="backward", check_sortedness=False)
    return joined.with_columns(pl.col("reading").fill_null(0))


def readings(snapshots: pl.LazyFrame, gaps: pl.LazyFrame, dataset: str) -> pl.LazyFrame:
    """TARGET and `as_of` of every finished reading of a dataset that had no gap."""
    place = pl.col("targets").str.split_exact("/", 1).struct
    asked = snapshots.explode("targets", empty_as_null=False, keep_nulls=False).select(
        "snapshot_id", "as_of", account_id=place.field("field_0"), region=place.field("field_1")
    )
    incomplete = gaps.filter(pl.col("dataset") == dataset)
    return asked.join(incomplete, on=["snapshot_id", *TARGET], how="anti").select(*TARGET, "as_of")

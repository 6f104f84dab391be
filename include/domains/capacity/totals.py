"""How much there was when something was free: a resized volume's history is of what it was before."""

from collections.abc import Mapping

import polars as pl

from include.core.series import SeriesKind

NAME = ["account_id", "region", "resource_id", "resource_type", "series_kind"]


def with_totals(
    rows: pl.LazyFrame, kinds: Mapping[str, SeriesKind], past: Mapping[str, pl.LazyFrame]
) -> pl.LazyFrame:
    """`rows` (NAME, `ts`, `measured`, `total`) with the `total` of their time, where the past tells it.

    `past`: datasets over all snapshots, with their `as_of`. What was last seen before a point counts; the
    first snapshot counts for all before it. Where more was free than that, it had grown since, and what was
    seen next counts. A resize by less than was free shows from the snapshot after it on.
    """
    seen = [
        past[kind.dataset].select(
            *NAME[:3], "as_of",
            resource_type=pl.lit(kind.dataset),
            series_kind=pl.lit(name),
            seen=pl.col(kind.free_of.column).cast(pl.Float64) * kind.free_of.times,
        )
        for name, kind in kinds.items()
        if kind.free_of is not None
        and kind.free_of.column
        and not kind.free_of.dataset
        and kind.dataset in past
    ]  # fmt: skip
    if not seen:
        return rows
    history = pl.concat(seen).filter(pl.col("seen").is_not_null()).sort("as_of")
    dated = rows.filter("shrinks", pl.col("ts").is_not_null()).sort("ts")
    for when in ("backward", "forward"):
        dated = dated.join_asof(
            history.rename({"seen": when}), left_on="ts", right_on="as_of", by=NAME, strategy=when,
            check_sortedness=False,
        ).drop("as_of")  # fmt: skip
    grown = pl.col("measured") > pl.col("backward")
    then = pl.coalesce(pl.when(grown).then("forward").otherwise("backward"), "forward", "total")
    return pl.concat([
        rows.filter(~pl.col("shrinks") | pl.col("ts").is_null()),
        dated.with_columns(total=pl.when(pl.col("total").is_not_null()).then(then)).select(
            rows.collect_schema().names()
        ),
    ])

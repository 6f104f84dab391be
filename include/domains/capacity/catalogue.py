"""From the table of series to the metrics that are read for it, and from those to saturation.

Pure: frames in, frame out. What CloudWatch or AWS did not tell is a row with a reason, never a 0.
"""

from collections.abc import Mapping

import polars as pl

from include.core.datasets import UTC_TIME
from include.core.metrics import MetricNeed
from include.core.series import SeriesKind, SeriesTable
from include.domains.capacity.derived import derived
from include.domains.capacity.limit_sources import chosen, named, with_limit
from include.domains.capacity.table import checked
from include.domains.capacity.totals import with_totals

SATURATION = pl.Schema({
    "account_id": pl.String,
    "region": pl.String,
    "resource_type": pl.String,  # the dataset
    "resource_id": pl.String,
    "series_kind": pl.String,  # an id of capacity.yaml
    "ts": UTC_TIME,  # start of the period; null: there is no telemetry
    "usage": pl.Float64,  # in the kind's unit
    "limit": pl.Float64,  # in the same; null: none, or not known
    "saturation": pl.Float64,  # usage / limit
    "reason": pl.String,  # why saturation is UNKNOWN; null: it is not
})
"""One row per series and moment; a series without telemetry has one row."""

KEY = ["account_id", "region", "resource_id"]
NAME = [*KEY, "resource_type", "series_kind"]
STATISTIC = ["resource_type", "namespace", "metric", "statistic"]


def needs(table: SeriesTable) -> list[MetricNeed]:
    """Every metric of the enabled kinds, over its history. PolicyError: it names what is not there."""
    return list(dict.fromkeys(
        need
        for kind in checked(table).values()
        for need in _needs(kind, table.history_days)
    ))  # fmt: skip


def _needs(kind: SeriesKind, days: int) -> list[MetricNeed]:
    (dimension, source), *also = list(kind.dimensions.items()) or [
        ("", kind.dimensions_from or "resource_id")
    ]
    return [
        MetricNeed(
            kind.dataset,
            kind.namespace,
            metric,
            kind.statistic,
            dimension,
            source,
            days,
            tuple(also),
            tuple(sorted(kind.where.items())),
            kind.period_seconds,
        )
        for metric in dict.fromkeys([*kind.metrics, *(name for one in kind.limit for name in one.metrics)])
    ]


def saturation(
    points: pl.LazyFrame,
    entities: Mapping[str, pl.LazyFrame],
    table: SeriesTable,
    past: Mapping[str, pl.LazyFrame] | None = None,
) -> pl.LazyFrame:
    """SATURATION of every enabled kind and resource, from METRICS (each point once) and the newest entities.

    Limits are those of `entities`. `past`, the same datasets over all snapshots with their `as_of`, tells of
    how much something was free; without it a resize shows as a step. A kind whose dataset is not in
    `entities` has no rows. PolicyError as in `needs`.
    """
    kinds = {name: kind for name, kind in checked(table).items() if kind.dataset in entities}
    if not kinds:
        return pl.LazyFrame(schema=SATURATION)
    resources = pl.concat(_resources(name, kind, entities) for name, kind in kinds.items())
    wanted = _wanted(kinds).lazy()
    mine = points.join(wanted, on=STATISTIC, how="inner").rename({"at": "ts"})
    asked = mine.select(*NAME, asked=pl.lit(value=True)).unique()
    joined = resources.join(asked, on=NAME, how="left").join(_measured(mine), on=NAME, how="left")
    joined = with_totals(joined, kinds, past or {})
    usage = pl.when("shrinks").then(pl.col("total") - pl.col("measured")).otherwise("measured")
    limit = pl.coalesce("limit", "limit_measured")
    rows = joined.with_columns(usage=usage, limit=limit).with_columns(
        saturation=pl.when(pl.col("limit") > 0).then(pl.col("usage") / pl.col("limit")), reason=_reason()
    )
    silent = pl.col("ts").is_null() & pl.col("optional") & pl.col("asked").is_not_null()
    boundless = pl.col("unlimited") & pl.col("limit").is_null()
    return rows.filter(~silent, ~boundless).select(
        pl.col(column).cast(dtype) for column, dtype in SATURATION.items()
    )


def _resources(name: str, kind: SeriesKind, entities: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The kind's resources with what is known of their limits, and of the kind."""
    frame = chosen(derived(kind.dataset, entities[kind.dataset]), kind.where)
    for number, one in enumerate(kind.limit):
        frame = with_limit(frame, one, entities, f"limit_{number}")
    if kind.free_of is not None:
        frame = with_limit(frame, kind.free_of, entities, "total")
    nothing = pl.lit(None, pl.Float64)
    limits = [f"limit_{number}" for number in range(len(kind.limit))]
    return frame.select(
        *KEY,
        resource_type=pl.lit(kind.dataset),
        series_kind=pl.lit(name),
        limit=pl.coalesce(limits) if limits else nothing,
        total=pl.col("total") if kind.free_of else nothing,
        shrinks=pl.lit(kind.free_of is not None),
        limited=pl.lit(bool(kind.limit)),
        optional=pl.lit(kind.optional),
        unlimited=pl.lit(kind.unlimited),
        metrics=pl.lit(f"{kind.namespace} {' + '.join(kind.metrics)} ({kind.statistic})"),
        limit_named=pl.lit(" or ".join(named(one) for one in kind.limit)),
        total_named=pl.lit(named(kind.free_of) if kind.free_of else ""),
    )


def _wanted(kinds: Mapping[str, SeriesKind]) -> pl.DataFrame:
    """One row per kind and metric: what it is for, how many belong together, and how to read its value."""
    rows = []
    for name, kind in kinds.items():
        common = (kind.dataset, kind.namespace, kind.statistic, name)
        rows += [
            (*common, metric, True, len(kind.metrics), kind.times, kind.per_second) for metric in kind.metrics
        ]
        rows += [
            (*common, metric, False, len(one.metrics), one.times, False)
            for one in kind.limit
            for metric in one.metrics
        ]
    columns = ["resource_type", "namespace", "statistic", "series_kind", "metric"]
    return pl.DataFrame(rows, [*columns, "of_usage", "parts", "times", "per_second"], orient="row")


def _measured(mine: pl.LazyFrame) -> pl.LazyFrame:
    """`measured` and `limit_measured` at every moment for which all metrics of either have a point."""
    rate = pl.when("per_second").then(pl.col("value") / pl.col("period_seconds")).otherwise("value")
    values = mine.filter(pl.col("ts").is_not_null(), pl.col("value").is_not_null()).with_columns(
        scaled=rate * pl.col("times")
    )
    single = values.filter(pl.col("parts") == 1).select(*NAME, "ts", "of_usage", "scaled")
    several = (
        values
        .filter(pl.col("parts") > 1)
        .group_by(*NAME, "ts", "of_usage")
        .agg(scaled=pl.col("scaled").sum(), whole=pl.len() == pl.col("parts").first())
        .filter("whole")
        .drop("whole")
    )
    summed = pl.concat([single, several])
    usage = summed.filter("of_usage").select(*NAME, "ts", measured="scaled")
    limit = summed.filter(~pl.col("of_usage")).select(*NAME, "ts", limit_measured="scaled")
    return usage.join(limit, on=[*NAME, "ts"], how="left")


def _reason() -> pl.Expr:
    """The first thing that is missing, in one sentence."""
    no_limit = pl.col("limited") & pl.col("limit").is_null()
    return (
        pl
        .when(pl.col("ts").is_null() & pl.col("asked").is_null())
        .then(pl.format("CloudWatch was not asked for all of {}.", "metrics"))
        .when(pl.col("ts").is_null())
        .then(pl.format("CloudWatch has no points of {}.", "metrics"))
        .when(pl.col("shrinks") & pl.col("total").is_null())
        .then(pl.format("What is free is known, but not of how much: {}.", "total_named"))
        .when(no_limit)
        .then(pl.format("The limit is not known: {}.", "limit_named"))
        .when(pl.col("limit") <= 0)
        .then(pl.format("The limit is 0: {}.", "limit_named"))
    )

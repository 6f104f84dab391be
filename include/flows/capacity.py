"""What the tasks of `capacity_forecast` do around the batches: split, judge, report."""

from typing import TYPE_CHECKING, TypedDict

from include.flows.asking import Asked, kinds, only, what_if
from include.flows.forecasting import Batch, Kept, entities
from include.flows.logs import log, table

if TYPE_CHECKING:
    import polars as pl

    from include.core.series import SeriesTable
    from include.lake import Lake

SERIES_AT_ONCE = 200
"""Series per mapped task: enough to be worth a process, few enough that a retry loses little."""
MOST_BATCHES = 1000
"""Airflow maps a task 1024 times at most (`core.max_map_length`)."""


class Judged(TypedDict):
    """What crosses task boundaries; the findings themselves are in the lake."""

    snapshot_id: str
    series: int
    """With an outlook; those of a batch that failed are among the unknown alone."""
    fail: int
    unknown: int
    drifted: int
    targets: list[str] | None
    """What was asked for, and the plan is narrowed to; None: everything."""
    checks: list[str]
    """The kinds of series asked for."""
    what_if: dict[str, str]
    """Param to what was asked; empty: nothing was."""


def batches(snapshot_id: str | None, asked: Asked, *, only_if_new: bool) -> list[Batch]:
    """Every series that may be forecast, in batches; none when `only_if_new` and the snapshot was forecast.

    WatchkeeperError: no such snapshot, or a Param that names nothing. Lands the snapshot's prices where they
    are not there yet.
    """
    from include.domains.capacity.batches import split
    from include.flows.assessing import land_prices
    from include.flows.sweeping import snapshot_with
    from include.lake import Lake

    lake, followed = Lake.from_env(), kinds(asked)
    snapshot = snapshot_with(lake, snapshot_id, asked["targets"])
    what_if(asked)  # what is wrong with it is said before the work begins
    if only_if_new and _any(lake.read("outlooks", snapshot.snapshot_id)):
        log.info("snapshot %s was forecast before, and none is newer", snapshot.snapshot_id)
        return []
    if not _any(lake.read("prices", snapshot.snapshot_id)):
        land_prices(lake, snapshot)
    possible = _possible(lake, snapshot.snapshot_id, followed)
    targets = asked["targets"] or list(snapshot.targets)
    found = split(possible, targets, at_once=SERIES_AT_ONCE, most=MOST_BATCHES)
    table("batches", ("target", "from", "to", "series at most"), found)
    return [
        Batch(
            snapshot_id=snapshot.snapshot_id,
            target=one.target,
            first=one.first,
            last=one.last,
            series=one.series,
        )
        for one in found
    ]


def judge(batches: list[Batch], kept: list[Kept], asked: Asked) -> Judged:
    """Findings from the outlooks, the track record and the gaps: landed, and said. What runs out when.

    Everything that is known of the snapshot is judged, so that what an earlier run forecast of other targets
    or types is not lost; numbers and log are of what was asked for.
    A batch that is not among `kept` has failed: what it may have followed is UNKNOWN.
    """
    import polars as pl

    from include.core.findings import FINDING_COUNTS, FINDINGS
    from include.domains.capacity import drift, findings, unread
    from include.domains.capacity.choice import record
    from include.flows.sweeping import keep
    from include.lake import Lake

    lake, followed, question = Lake.from_env(), kinds(asked), what_if(asked)
    every = kinds(asked | {"resource_types": None})
    snapshot_id, done = batches[0]["snapshot_id"], [one["batch"] for one in kept]
    failed = [batch for batch in batches if batch not in done]
    outlooks, scores, gaps = (
        lake.read(name, snapshot_id).collect() for name in ("outlooks", "forecast_scores", "gaps")
    )
    records = record(scores)
    lost = FINDINGS.to_frame()
    if failed:
        lost = unread.unforecast(_possible(lake, snapshot_id, followed), failed, outlooks)
    found = pl.concat([
        findings.findings(outlooks, every),
        drift.findings(records, outlooks),
        unread.findings(gaps, every),
        lost,
    ])
    counted = found.group_by("domain", "check_id", "status").agg(n=pl.len().cast(pl.Int64))
    passed = findings.counts(outlooks.filter(status="PASS"))
    counts = pl.concat([passed, counted.select(FINDING_COUNTS.names())])
    keep(lake, lake.snapshot(snapshot_id), "capacity", found, counts)
    mine, of_mine = (only(one, asked, followed) for one in (outlooks, records))
    _said(mine, of_mine, followed.time_zone)
    return Judged(
        snapshot_id=snapshot_id,
        series=mine.filter(scenario="base").height,
        fail=mine.filter(scenario="base", status="FAIL").height,
        unknown=mine.filter(scenario="base", status="UNKNOWN").height + lost.height,
        drifted=int(of_mine["drifted"].sum()),
        targets=asked["targets"] or None,
        checks=list(followed.series),
        what_if={name: str(value) for name, value in asked["what_if"].items()} if question else {},
    )


def report(judged: Judged, dag_id: str, run_id: str) -> str:
    """Write the report as things stand now; the path of its page. A second call replaces the first."""
    from include.flows.reporting import capacity_report
    from include.reports import folders
    from include.reports.capacity import write

    said = capacity_report(judged["snapshot_id"], dag_id, run_id, asked=judged["what_if"])
    return str(write(folders.root(), said).html)


def _possible(lake: "Lake", snapshot_id: str, followed: "SeriesTable") -> "pl.DataFrame":
    """SATURATION without points: every series there may be, whether it sends anything or not."""
    from include.domains.capacity.catalogue import saturation

    nothing = lake.read("metrics", snapshot_id).clear()
    return saturation(nothing, entities(lake, snapshot_id), followed).collect()


def _any(frame: "pl.LazyFrame") -> bool:
    return not frame.limit(1).collect().is_empty()


def _said(outlooks: "pl.DataFrame", records: "pl.DataFrame", zone: str) -> None:
    """What runs out, soonest first, each scenario; and how the forecasts have done so far."""
    import polars as pl

    due = outlooks.filter(pl.col("days_left").is_not_null() | (pl.col("status") == "FAIL"))
    ranked = due.sort("days_left", "resource_id", "series_kind", "scenario", nulls_last=True)
    table(
        "what runs out when",
        ("scenario", "series", "resource", "status", "days left", "P10", "P50", "P90"),
        ranked.select(
            "scenario", "series_kind", "resource_id", "status", pl.col("days_left").round(1),
            *(
                pl.col(f"exhausts_{one}").dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d")
                for one in ("p10", "p50", "p90")
            ),
        ).rows(),
    )  # fmt: skip
    counted = records.group_by("grain").agg(
        pl.len().alias("series"), pl.col("forecasts").sum(),
        *(pl.col(name).mean().round(3) for name in ("error", "naive_error", "backtest_error")),
        pl.col("drifted").sum(),
    ).sort("grain")  # fmt: skip
    table(
        "track record",
        ("grain", "series", "forecasts", "error (MASE)", "the naive's", "promised", "drifted"),
        counted.rows(),
    )

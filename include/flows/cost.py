"""What the tasks of `cost_sweep` do: judge the snapshot, plan the changes, write the report."""

import logging
from typing import TypedDict

from include.flows.logs import table

log = logging.getLogger("watchkeeper")


class Judged(TypedDict):
    """What crosses task boundaries; the findings themselves are in the lake."""

    snapshot_id: str
    fail: int
    unknown: int
    saving_usd_month: float
    unpriced: int


def judge(snapshot_id: str | None, targets: list[str] | None) -> Judged:
    """Judge one snapshot (None: the newest) and land the findings beside it."""
    import polars as pl

    from include.flows.assessing import judge_snapshot
    from include.lake import Lake

    lake = Lake.from_env()
    snapshot = lake.snapshot(snapshot_id)
    sweep = judge_snapshot(lake, snapshot.snapshot_id, targets)
    for dataset, frame in {"findings": sweep.findings, "finding_counts": sweep.counts}.items():
        lake.land(dataset, frame, snapshot_id=snapshot.snapshot_id, as_of=snapshot.as_of)
    failed = sweep.findings.filter(status="FAIL")
    table("checks", ("check", "status", "resources"), sweep.counts.rows())
    dearest = failed.sort("saving_usd_month", descending=True, nulls_last=True)
    table(
        "findings, dearest first",
        ("check", "resource", "USD/month", "why"),
        dearest.select("check_id", "resource_id", "saving_usd_month", "reason").rows(),
    )
    return Judged(
        snapshot_id=snapshot.snapshot_id,
        fail=failed.height,
        unknown=sweep.findings.filter(status="UNKNOWN").height,
        saving_usd_month=round(failed["saving_usd_month"].sum(), 2),
        unpriced=failed.filter(pl.col("saving_usd_month").is_null()).height,
    )

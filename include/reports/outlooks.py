"""Outlooks as people read them: most urgent first, with the model behind each and what became of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
import polars.selectors as cs

from include.core.forecasts import SERIES
from include.reports.capacity import CapacityReport
from include.reports.outcomes import Outcome, Outcomes

KEY = list(SERIES)
Row = dict[str, Any]

_FINDING = ["check_id", "account_id", "region", "resource_type", "resource_id"]
_AS_FINDING = [
    pl.col("series_kind"),
    pl.col("account_id"),
    pl.col("region"),
    pl.coalesce("acts_on_type", "resource_type"),
    pl.coalesce("acts_on_id", "resource_id"),
]
"""An outlook's names as those of the finding made of it (include.domains.capacity.findings)."""
_MODEL = ["model", "error", "naive_error", "coverage"]
_DATES = ("threshold_p10", "threshold_p50", "threshold_p90", "exhausts_p10", "exhausts_p50", "exhausts_p90")


def ranked(outlooks: pl.DataFrame) -> pl.DataFrame:
    """Days to exhaustion first, with `share` (usage / limit); the order is total, so files are repeatable.

    What runs out at the same time, or not within the horizon, goes by its early date, then by when it
    reaches its threshold, then by how full it is. UNKNOWN comes last.
    """
    share = pl.when(pl.col("limit") > 0).then(pl.col("usage") / pl.col("limit"))
    keys = [
        pl.col("status") == "UNKNOWN",
        "days_left",
        "exhausts_p10",
        "threshold_p50",
        "threshold_p10",
        pl.col("status") != "FAIL",
        -pl.col("share"),
        *KEY,
        "scenario",
    ]
    return outlooks.with_columns(share=share).sort(keys, nulls_last=True)


def as_judged(outlooks: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """OUTLOOKS with what somebody has accepted as EXEMPT, with the reason their findings give."""
    exempt = findings.filter(status="EXEMPT").select(*_FINDING, "reason").unique(_FINDING, keep="first")
    accepted = pl.col("accepted").is_not_null() & (pl.col("status") == "FAIL")
    return (
        outlooks
        .join(
            exempt.rename({"reason": "accepted"}), left_on=_AS_FINDING, right_on=_FINDING, how="left",
            maintain_order="left", coalesce=False,
        )
        .with_columns(
            status=pl.when(accepted).then(pl.lit("EXEMPT")).otherwise("status"),
            reason=pl.when(accepted).then("accepted").otherwise("reason"),
        )
        .select(outlooks.columns)
    )  # fmt: skip


def beside_outlooks(findings: pl.DataFrame, outlooks: pl.DataFrame) -> pl.DataFrame:
    """FINDINGS that no outlook says: drifted models, what was not read, what was not forecast."""
    said = outlooks.select(one.alias(name) for one, name in zip(_AS_FINDING, _FINDING, strict=True)).unique()
    return findings.join(said, on=_FINDING, how="anti", nulls_equal=True, maintain_order="left")


def in_zone(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Times as clocks in `zone` show them: a day there may begin on another date than in UTC."""
    return frame.with_columns(cs.datetime(time_zone="*").dt.convert_time_zone(zone))


def urgent(base: pl.DataFrame) -> pl.DataFrame:
    """The rows of `ranked` that ask for attention: a plan is due, or a date lies within the horizon."""
    soon = pl.any_horizontal(pl.col("exhausts_p10", "threshold_p10").is_not_null())
    return base.filter((pl.col("status") == "FAIL") | ((pl.col("status") != "UNKNOWN") & soon))


def days_until(moment: datetime | None, as_of: datetime) -> float | None:
    """Days from `as_of`; None where there is no date."""
    return None if moment is None else (moment - as_of).total_seconds() / 86_400


def readable(row: Row, as_of: datetime) -> Row:
    """One row with the days from `as_of` to each of its dates, as `days`, and its `spread`."""
    dated = row | {"days": {name: days_until(row[name], as_of) for name in _DATES}}
    return dated | {"spread": spread(dated)}


def becoming(report: CapacityReport) -> Callable[[Row], Outcome]:
    """What became of one outlook: its finding has the kind as check, and the resource the action changes."""
    outcomes = Outcomes(report)

    def of(row: Row) -> Outcome:
        if row["scenario"] != "base":
            return Outcome("")
        changed = row["acts_on_id"] or row["resource_id"]
        return outcomes.of(row | {"check_id": row["series_kind"], "resource_id": changed})

    return of


def chosen_models(models: pl.DataFrame) -> pl.DataFrame:
    """Per series the model behind its dates: that of the daily peaks, else of the hours."""
    return models.sort(*KEY, "grain").unique(KEY, keep="first", maintain_order=True)


def outlooks_frame(report: CapacityReport) -> pl.DataFrame:
    """Every outlook for machines: OUTLOOKS columns, the model with its errors, and the outcome."""
    rows = ranked(report.outlooks)
    outcome = becoming(report)
    became = [outcome(row) for row in rows.iter_rows(named=True)]
    models = chosen_models(report.models).select(*KEY, *_MODEL)
    return rows.select(
        pl.lit(report.snapshot_id).alias("snapshot_id"),
        pl.lit(report.as_of).alias("as_of"),
        pl
        .col("account_id")
        .replace_strict(report.accounts, default=None, return_dtype=pl.String)
        .alias("account_name"),
        pl.exclude("share"),
        pl.Series("outcome", [one.state or None for one in became], pl.String),
        pl.Series("outcome_reason", [one.why or None for one in became], pl.String),
        pl.Series("plan_digest", [one.plan_digest or None for one in became], pl.String),
        pl.Series("change_id", [one.change_id or None for one in became], pl.String),
    ).join(models, on=KEY, how="left", nulls_equal=True, maintain_order="left")


class Spread(NamedTuple):
    """When something is reached, in percent of the horizon, for a bar from today to its end."""

    begins: float
    width: float
    median: float | None
    """None: not within the horizon."""


def spread(row: Row, name: str = "exhausts") -> Spread | None:
    """P10 to P90 of one row of `readable`; what is late beyond the horizon ends there. None: not within."""
    early, median, late = (row["days"][f"{name}_{band}"] for band in ("p10", "p50", "p90"))
    if early is None:
        return None

    def at(days: float) -> float:
        return round(min(max(days / (row["horizon_days"] or 1), 0.0), 1.0) * 100, 1)

    ends = 100.0 if late is None else at(late)
    return Spread(at(early), max(ends - at(early), 1.0), None if median is None else at(median))

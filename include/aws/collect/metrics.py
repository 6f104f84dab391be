"""CloudWatch telemetry by GetMetricData, up to 500 series per call."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import polars as pl
from botocore.exceptions import ClientError

from include.aws.collect._calls import batches
from include.aws.collect._gaps import Gap, Place, gap, refused, unanswered
from include.aws.collect._rows import utc
from include.aws.collect._series import Series, all_series, query
from include.aws.errors import UNREACHABLE
from include.core.gaps import GAPS
from include.core.metrics import METRICS, MetricNeed

QUERIES = 500
"""Most queries in one call (CloudWatch API reference, GetMetricData)."""

API = "cloudwatch:GetMetricData"
PERMISSIONS = (API,)


def collect_metrics(
    cloudwatch: Any,
    account_id: str,
    needs: Sequence[MetricNeed],
    frames: Mapping[str, pl.DataFrame],
    *,
    as_of: datetime,
    period_seconds: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """METRICS of every need and resource of `frames`, and GAPS for what could not be read.

    Each window ends with the last whole period before `as_of`. Needs that ask for the same statistic of a
    resource are read once, with the longest window. A series of which CloudWatch has nothing is one row, `at`
    and `value` null.
    Gaps carry the need's dataset and `cloudwatch:GetMetricData`. A dataset not in `frames` is not asked for.
    """
    region = cloudwatch.meta.region_name
    read: list[pl.DataFrame] = []
    gaps: list[Gap] = []
    alike = groupby(
        all_series(needs, frames), key=lambda one: (one.need.window_days, one.need.period_seconds)
    )
    for (days, own_period), series in alike:
        period = own_period or period_seconds
        end = datetime.fromtimestamp(as_of.timestamp() // period * period, UTC)
        for batch in batches(list(series), QUERIES):
            places = [Place(account_id, region, dataset) for dataset in _datasets(batch)]
            try:
                points, statuses = _ask(cloudwatch, batch, end - timedelta(days=days), end, period)
            except ClientError as error:
                gaps += [refused(error, place, (API,)) for place in places]
            except UNREACHABLE as error:
                gaps += [unanswered(error, place, (API,)) for place in places]
            else:
                read.append(_frame(batch, points, account_id, region, period))
                gaps += _unfinished(batch, statuses, account_id, region)
    return (
        pl.concat([METRICS.to_frame(), *read]),
        pl.DataFrame(gaps, schema=GAPS).unique(maintain_order=True),
    )


def _ask(
    cloudwatch: Any, batch: Sequence[Series], start: datetime, end: datetime, period_seconds: int
) -> tuple[pl.DataFrame, dict[int, str]]:
    """Points by the number of their series, and each series' status once all pages are read.

    A series that goes on in the next page is PartialData in this one; the last page's word counts.
    """
    numbers: list[int] = []
    moments: list[datetime | None] = []
    values: list[float] = []
    statuses = dict.fromkeys(range(len(batch)), "Missing")
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[query(number, one, period_seconds) for number, one in enumerate(batch)],
        StartTime=start,
        EndTime=end,
        ScanBy="TimestampAscending",
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            number = int(result["Id"][1:])
            statuses[number] = result.get("StatusCode", "Complete")
            numbers += [number] * len(result["Values"])
            moments += [utc(at) for at in result["Timestamps"]]
            values += result["Values"]
    points = pl.DataFrame(
        {"series": numbers, "at": moments, "value": values},
        schema={"series": pl.Int64, "at": METRICS["at"], "value": METRICS["value"]},
    )
    return points, statuses


def _frame(
    batch: Sequence[Series], points: pl.DataFrame, account_id: str, region: str, period_seconds: int
) -> pl.DataFrame:
    """The points with their series' names; a series without points keeps one row."""
    series = pl.DataFrame(
        [
            {
                "series": number,
                "account_id": account_id,
                "region": region,
                "resource_type": one.need.dataset,
                "resource_id": one.resource_id,
                "namespace": one.need.namespace,
                "metric": one.need.metric,
                "statistic": one.need.statistic,
                "period_seconds": period_seconds,
            }
            for number, one in enumerate(batch)
        ],
    )
    named = series.join(points, on="series", how="left", maintain_order="left_right")
    return named.select(pl.col(column).cast(dtype) for column, dtype in METRICS.items())


def _datasets(batch: Sequence[Series]) -> list[str]:
    return sorted({one.need.dataset for one in batch})


def _unfinished(
    batch: Sequence[Series], statuses: Mapping[int, str], account_id: str, region: str
) -> list[Gap]:
    """A gap for every dataset and status other than Complete."""
    troubled = {
        (batch[number].need.dataset, status) for number, status in statuses.items() if status != "Complete"
    }
    return [
        gap(
            Place(account_id, region, dataset),
            API,
            status,
            f"{API} answered {status} for some series of {dataset}: their statistics would be wrong",
        )
        for dataset, status in sorted(troubled)
    ]

"""Saturation made for a test: one series, hour by hour up to AS_OF."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from include.core.datasets import schema
from include.core.series import SeriesKind, SeriesTable
from include.domains.capacity.catalogue import SATURATION

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
PLACE = {"account_id": "111111111111", "region": "eu-west-1"}
KIND = {
    "title": "CPU",
    "dataset": "ec2_instances",
    "namespace": "AWS/EC2",
    "metrics": ["CPUUtilization"],
    "statistic": "Maximum",
    "unit": "percent",
    "limit": [{"constant": 100}],
    "threshold": 0.8,
    "source": "this test",
}
GROWTH = KIND | {"limit": [], "threshold": None, "statistic": "Sum", "unit": "bytes"}


def table(time_zone="UTC", planning=None, events=(), **kinds):
    made = {name: SeriesKind.model_validate(KIND | kind) for name, kind in (kinds or {"cpu": {}}).items()}
    return SeriesTable(series=made, time_zone=time_zone, planning=planning or {}, events=list(events))


def saturation(
    usage, *, name="i-1", kind="cpu", limit=100.0, until=AS_OF, step=timedelta(hours=1), **different
):
    """`usage` at regular moments, the last one step before `until`; None: no point there."""
    count = len(usage)
    row = {
        "resource_type": "ec2_instances",
        "resource_id": name,
        "series_kind": kind,
        "limit": limit,
        "saturation": None,
        "reason": None,
    }
    content = [
        PLACE | row | {"ts": until - step * (count - n), "usage": value} | different
        for n, value in enumerate(usage)
        if value is not None
    ]
    return pl.DataFrame(content, schema=SATURATION)


def days_of(peaks, noise=0.5, seed=1):
    """Hours whose highest of each day is that day's peak."""
    rng = np.random.default_rng(seed)
    shape = np.where(np.arange(24) == 14, 1.0, 0.8)
    hours = np.outer(np.asarray(peaks, dtype=float), shape)
    return list((hours - np.abs(rng.normal(0, noise, hours.shape)) * (shape < 1)).ravel())


def rising(first, last, days=60, noise=1.0, seed=1):
    """Daily peaks on a straight line, with noise."""
    rng = np.random.default_rng(seed)
    return np.linspace(first, last, days) + rng.normal(0, noise, days)


def entities(**rows):
    return {
        name: pl.LazyFrame([PLACE | row for row in all], schema=schema(name)) for name, all in rows.items()
    }

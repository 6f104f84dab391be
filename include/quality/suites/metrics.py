"""Telemetry, judged by its profile: rows, gaps, nulls, extremes and the newest point of every series."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.core.metrics import METRICS
from include.quality.expect import KEY, WARNING, between, columns, matches, one_of, past, present, unique
from include.quality.profile import PROFILE, SERIES, profile

SCHEMA = METRICS

prepare = profile


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        columns(PROFILE.names()),
        *(present(column) for column in [*KEY, "resource_type", "namespace", "metric", "statistic"]),
        matches("account_id", r"^\d{12}$", "twelve digits"),
        one_of("statistic", "Average", "Maximum", "Minimum", "Sum", "SampleCount"),
        unique(*SERIES),
        between("period_seconds", 1),
        between("undated", 0, 0),
        between("not_finite", 0, 0),
        between("repeated", 0, 0),
        between("min", 0),  # every AWS metric a check reads is a count, a share or a size
        past("newest_at", as_of),
        between("nulls", 0, 0, severity=WARNING),
        between("gap_share", 0, 0.1, severity=WARNING, mostly=0.5),
        between("age_hours", None, 48, severity=WARNING, mostly=0.5),
    ]

"""The daily peaks that charts show are those the forecast is made from, gaps included."""

from datetime import UTC, datetime, timedelta

import polars as pl

from include.core.forecasts import DAILY_PEAKS
from include.domains.capacity.peaks import daily_peaks
from include.domains.capacity.preparation import GRID, PROFILES, Prepared

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def test_each_day_of_each_series_has_its_peak_and_a_gap_stays_one():
    names = {
        "account_id": "1",
        "region": "eu-west-1",
        "resource_type": "rds_instances",
        "series_kind": "rds_cpu",
    }
    profiles = [
        {"sid": sid, "grain": grain, "resource_id": f"db-{sid}", **names}
        for sid in (1, 2)
        for grain in ("hour", "day")
    ]
    days = [
        {"sid": 1, "ts": MONDAY, "usage": 3.0},
        {"sid": 1, "ts": MONDAY + timedelta(days=1), "usage": None},
        {"sid": 2, "ts": MONDAY, "usage": 5.0},
    ]
    prepared = Prepared(
        pl.DataFrame(schema=GRID), pl.DataFrame(days, schema=GRID), pl.DataFrame(profiles, schema=PROFILES)
    )
    found = daily_peaks(prepared)
    assert found.schema == DAILY_PEAKS
    assert found.select("resource_id", "ts", "peak").rows() == [
        ("db-1", MONDAY, 3.0),
        ("db-1", MONDAY + timedelta(days=1), None),
        ("db-2", MONDAY, 5.0),
    ]

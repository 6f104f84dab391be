"""Capacity's telemetry is read beside the cost checks', and only as far back as the lake lacks it."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.core.gaps import GAPS
from include.domains.cost import sweep
from include.flows.telemetry import needed
from include.lake import Lake
from include.lake.history import windows

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
TARGET = ("111111111111", "eu-west-1")


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def days(needs, metric, dataset):
    return max(need.window_days for need in needs if (need.metric, need.dataset) == (metric, dataset))


def test_the_first_time_the_whole_history_is_read(lake):
    needs = needed(lake, *TARGET, AS_OF)
    assert set(sweep.needs().metrics) <= set(needs)
    assert days(needs, "FreeStorageSpace", "rds_instances") == 92
    assert days(needs, "NetworkIn", "ec2_instances") == 14  # the cost checks' alone


def test_later_only_what_is_new_and_the_cost_checks_windows_whole(lake):
    read = windows(needed(lake, *TARGET, AS_OF), GAPS.to_frame(), *TARGET, as_of=AS_OF)
    lake.land("metric_windows", read, snapshot_id="one", as_of=AS_OF)
    lake.close("one", as_of=AS_OF, targets=["/".join(TARGET)], resources=0)
    needs = needed(lake, *TARGET, AS_OF + timedelta(days=1))
    assert days(needs, "FreeStorageSpace", "rds_instances") == 2
    assert days(needs, "CPUUtilization", "ec2_instances") == 14  # both want it
    assert days(needed(lake, TARGET[0], "us-east-1", AS_OF), "FreeStorageSpace", "rds_instances") == 92


def test_what_could_not_be_read_is_read_whole_the_next_time(lake):
    gaps = pl.DataFrame([{"dataset": "rds_instances", "api": "cloudwatch:GetMetricData"}], schema=GAPS)
    read = windows(needed(lake, *TARGET, AS_OF), gaps, *TARGET, as_of=AS_OF)
    lake.land("metric_windows", read, snapshot_id="one", as_of=AS_OF)
    lake.close("one", as_of=AS_OF, targets=["/".join(TARGET)], resources=0)
    needs = needed(lake, *TARGET, AS_OF + timedelta(days=1))
    assert days(needs, "FreeStorageSpace", "rds_instances") == 92
    assert days(needs, "VolumeReadOps", "ebs_volumes") == 2

"""Staging: what mapped tasks leave for the one that judges, and what a retry does to it."""

from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from include.core.errors import WatchkeeperError
from include.lake.schemas import schema
from tests.lake.conftest import MONDAY, TARGET, volumes


def test_parts_are_put_together(lake):
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1"))
    lake.stage("s1", "b", "ebs_volumes", volumes("vol-2"))
    assert lake.staged("s1", "ebs_volumes")["resource_id"].to_list() == ["vol-1", "vol-2"]
    assert_frame_equal(lake.scan_staged("s1", "ebs_volumes").collect(), lake.staged("s1", "ebs_volumes"))


def test_a_retried_part_replaces_the_first(lake):
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1", "vol-2"))
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-3"))
    assert lake.staged("s1", "ebs_volumes")["resource_id"].to_list() == ["vol-3"]


def test_a_part_a_killed_task_left_unfinished_is_not_read(lake):
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1"))
    torn = Path(lake.root, "staging", "s1", "ebs_volumes", "b.parquet.unfinished")
    torn.write_bytes(b"PAR1 half a file")
    assert lake.staged("s1", "ebs_volumes")["resource_id"].to_list() == ["vol-1"]


def test_a_dataset_nobody_staged_is_empty_with_its_columns(lake):
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1"))
    assert lake.staged("s1", "amis").schema == schema("amis")


def test_a_snapshot_without_staging_is_refused_not_empty(lake):
    with pytest.raises(WatchkeeperError, match="s1: nothing is staged"):
        lake.staged("s1", "ebs_volumes")


def test_closing_keeps_the_own_staging_for_a_retry_and_deletes_older(lake):
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1"))
    lake.close("s1", as_of=MONDAY, targets=[TARGET], resources=1)
    assert lake.staged("s1", "ebs_volumes").height == 1
    lake.stage("s2", "a", "ebs_volumes", volumes("vol-1"))
    lake.close("s2", as_of=MONDAY, targets=[TARGET], resources=1)
    assert lake.staged("s2", "ebs_volumes").height == 1
    with pytest.raises(WatchkeeperError, match="s1: nothing is staged"):
        lake.staged("s1", "ebs_volumes")


def test_an_unknown_dataset_is_named_with_the_known_ones(lake):
    with pytest.raises(KeyError, match=r"no dataset 'ebs_volume'; known: amis"):
        lake.stage("s1", "a", "ebs_volume", volumes("vol-1"))

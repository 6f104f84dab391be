"""Databases: what AWS cannot stop is refused, a snapshot comes first, and slow statuses are waited for.

moto changes status at once; its answers are altered here to show the statuses in between.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from include.aws.act import action
from include.aws.act.rds.snapshot_stop_instance import snapshot_name
from include.core.changes import State
from include.core.errors import ActionRefused
from tests.aws.act.estate import database
from tests.aws.act.running import TOKEN, Aws, Run

STOP, START, RESIZE = "rds.snapshot_stop_instance", "rds.start_instance", "rds.modify_instance_class"
SMALLER: State = {"instance_class": "db.m5.large"}
BEFORE: State = {
    "state": "available",
    "instance_class": "db.m5.xlarge",
    "engine": "postgres",
    "multi_az": False,
    "cluster_id": None,
    "replica_of": None,
    "replica_ids": [],
    "pending_changes": [],
}


def status(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda answer: answer["DBInstances"][0].update(DBInstanceStatus=name)


def as_is(answer: dict[str, Any]) -> None:
    pass


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"cluster_id": "shop"}, "member of cluster shop"),
        ({"replica_of": "main"}, "replicates main"),
        ({"replica_ids": ["copy"]}, "to \\['copy'\\]"),
        ({"engine": "sqlserver-se", "multi_az": True}, "SQL Server in a Multi-AZ"),
        ({"state": "backing-up"}, "is backing-up; expected available"),
    ],
)
def test_what_aws_cannot_stop_is_refused(overrides: State, why: str):
    with pytest.raises(ActionRefused, match=why):
        action(STOP).after({**BEFORE, **overrides}, {})


@pytest.mark.parametrize("overrides", [{"multi_az": True}, {"engine": "sqlserver-ex"}, {"state": "stopped"}])
def test_what_aws_can_stop_is_not_refused(overrides: State):
    assert action(STOP).after({**BEFORE, **overrides}, {}) == {**BEFORE, **overrides, "state": "stopped"}


def test_the_snapshot_is_named_from_the_token_and_tagged(aws: Aws, run: Callable[..., Run]):
    it = run(STOP, database(aws))
    assert it.act(it.read()) == {"db_snapshot_id": f"watchkeeper-{TOKEN}"}
    (snapshot,) = aws("rds").describe_db_snapshots(DBSnapshotIdentifier=f"watchkeeper-{TOKEN}")["DBSnapshots"]
    assert snapshot["DBInstanceIdentifier"] == "shop"
    assert {"Key": "watchkeeper:token", "Value": TOKEN} in snapshot["TagList"]


@pytest.mark.parametrize("token", ["exe-1", "chg_a:b/c--d-", "EXE 1", "x" * 300])
def test_every_token_makes_a_valid_snapshot_name(token: str):
    name = snapshot_name(token)
    assert re.fullmatch(r"[a-z](-?[a-z0-9])*", name)
    assert len(name) <= 255


def test_it_is_not_stopped_before_its_snapshot_is_available(aws: Aws, run: Callable[..., Run]):
    it = run(STOP, database(aws))
    before = it.read()

    def creating(answer: dict[str, Any]) -> None:
        for snapshot in answer.get("DBSnapshots", ()):
            snapshot["Status"] = "creating"

    it.shows("DescribeDBSnapshots", creating)
    with pytest.raises(WaiterError):
        it.act(before)
    assert it.writes() == ["CreateDBSnapshot"]


def test_it_waits_until_the_backup_is_over_and_until_it_is_stopped(aws: Aws, run: Callable[..., Run]):
    it = run(STOP, database(aws))
    before = it.read()
    it.shows("DescribeDBInstances", as_is, status("backing-up"), as_is, status("stopping"), as_is)
    it.act(before)
    assert it.writes() == ["CreateDBSnapshot", "StopDBInstance"]


def test_one_stopped_before_anybody_planned_has_no_snapshot(aws: Aws, run: Callable[..., Run]):
    it = run(STOP, database(aws, stopped=True))
    assert it.act(it.read()) == {"db_snapshot_id": None}
    assert it.writes() == []
    assert it.inverse(it.read(), {}) is None


def test_starting_waits_through_the_statuses_in_between(aws: Aws, run: Callable[..., Run]):
    it = run(START, database(aws, stopped=True))
    before = it.read()
    it.shows("DescribeDBInstances", as_is, status("starting"), status("backing-up"), as_is)
    it.act(before)
    assert it.writes() == ["StartDBInstance"]
    assert it.read() == it.after(before)


@pytest.mark.parametrize("overrides", [{"state": "stopping"}, {"state": "failed"}])
def test_only_a_stopped_database_is_started(overrides: State):
    with pytest.raises(ActionRefused, match="expected stopped"):
        action(START).after({**BEFORE, **overrides}, {})


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"state": "stopped"}, "is stopped; expected available"),
        ({"pending_changes": ["EngineVersion"]}, r"maintenance window: \['EngineVersion'\]"),
    ],
)
def test_a_resize_that_would_do_more_than_resize_is_refused(overrides: State, why: str):
    with pytest.raises(ActionRefused, match=why):
        action(RESIZE).after({**BEFORE, **overrides}, SMALLER)


def test_pending_changes_are_read(aws: Aws, run: Callable[..., Run]):
    it = run(RESIZE, database(aws), SMALLER)
    pending = {"EngineVersion": "17.2", "AllocatedStorage": 50}
    it.shows(
        "DescribeDBInstances", lambda answer: answer["DBInstances"][0].update(PendingModifiedValues=pending)
    )
    assert it.read()["pending_changes"] == ["AllocatedStorage", "EngineVersion"]


def test_resizing_waits_until_aws_shows_the_new_class(aws: Aws, run: Callable[..., Run]):
    it = run(RESIZE, database(aws), SMALLER)
    before = it.read()

    def still_old(answer: dict[str, Any]) -> None:
        answer["DBInstances"][0].update(DBInstanceClass="db.m5.xlarge")

    it.shows("DescribeDBInstances", as_is, still_old, status("modifying"), as_is)
    it.act(before)
    assert it.writes() == ["ModifyDBInstance"]


@pytest.mark.parametrize(
    ("action_id", "before", "live", "halfway"),
    [
        (STOP, {}, {"state": "backing-up"}, True),
        (STOP, {}, {"state": "stopping"}, True),
        (STOP, {}, {"state": "stopping", "instance_class": "db.t3.micro"}, False),
        (STOP, {}, {"state": "modifying"}, False),
        (START, {"state": "stopped"}, {"state": "starting"}, True),
        (START, {"state": "stopped"}, {"state": "failed"}, False),
        (RESIZE, {}, {"state": "modifying"}, True),
        (RESIZE, {}, {"state": "modifying", **SMALLER}, True),
        (RESIZE, {}, {"pending_changes": ["DBInstanceClass"]}, True),
        (RESIZE, {}, {"state": "modifying", "pending_changes": ["EngineVersion"]}, False),
        (RESIZE, {}, {"state": "modifying", "instance_class": "db.t3.micro"}, False),
        (RESIZE, {}, {"state": "incompatible-parameters"}, False),
    ],
)
def test_halfway(action_id: str, before: State, live: State, halfway: bool):
    assert action(action_id).halfway({**BEFORE, **live}, {**BEFORE, **before}, SMALLER) is halfway


@pytest.mark.parametrize("action_id", [STOP, START, RESIZE])
def test_a_database_that_vanished_is_named(action_id: str, aws: Aws, run: Callable[..., Run]):
    it = run(action_id, "shop", SMALLER)
    state = "stopped" if action_id == START else "available"
    with pytest.raises(ActionRefused, match="database shop is gone"):
        it.act({**BEFORE, "state": state})

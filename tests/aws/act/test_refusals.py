"""What the actions for capacity refuse, each with what it says; and what is just inside is not refused."""

from collections.abc import Callable
from typing import Any

import pytest

from include.aws.act import action
from include.core.changes import State
from include.core.errors import ActionRefused
from tests.aws.act.estate import EVENING, group
from tests.aws.act.running import Aws, Run

LIMITS = "autoscaling.set_group_limits"
SCHEDULE = "autoscaling.set_schedule"
TARGET = "applicationautoscaling.set_scaling_target"
CAPACITY = "dynamodb.set_capacity"
TASKS = "ecs.set_desired_count"
SHARDS, MODE = "kinesis.set_shard_count", "kinesis.set_stream_mode"
RESERVED = "lambda.set_reserved_concurrency"
STORAGE = "rds.modify_storage"
QUOTA = "servicequotas.request_increase"

UNITS = {"read_capacity": 7, "write_capacity": 3}
TABLE = {"state": "ACTIVE", "billing_mode": "PROVISIONED", **UNITS, "indexes": {"by_day": UNITS}}
SERVICE = {"state": "ACTIVE", "scheduling": "REPLICA", "desired_count": 2}
STREAM = {"state": "ACTIVE", "mode": "PROVISIONED", "shards": 5}
DATABASE = {
    "state": "available",
    "engine": "postgres",
    "storage_type": "gp3",
    "cluster_id": None,
    "pending_changes": [],
    "allocated_gib": 105,
}
ASKED = {"adjustable": True, "in_force_or_asked_for": 384.0}
GROUP = {"min_size": 2, "max_size": 4, "ends_instances": False}


def scheduled(**one: Any) -> State:
    return {"scheduled": {"up": one}}


@pytest.mark.parametrize(
    ("id", "before", "params", "says"),
    [
        (LIMITS, GROUP, {"max_size": 1}, "expected min_size <= desired_capacity <= max_size"),
        (LIMITS, {**GROUP, "desired_capacity": 2}, {"desired_capacity": 5}, "expected min_size <= desired"),
        (LIMITS, {**GROUP, "ends_instances": True}, {"max_size": 3}, "below the group's present capacity"),
        (SCHEDULE, {}, {"scheduled": {}}, "0 scheduled actions are named; expected 1 to 50"),
        (SCHEDULE, {}, {"scheduled": dict.fromkeys(map(str, range(51)))}, "51 scheduled actions are named"),
        (SCHEDULE, {}, scheduled(recurrence="0 8 * * *", minsize=2), "up: minsize is not known"),
        (SCHEDULE, {}, scheduled(min_size=2), "up: expected either recurrence or start_time"),
        (SCHEDULE, {}, scheduled(min_size=2, recurrence="0 8 * * *", start_time="2030-01-01T00:00"),
         "up: expected either recurrence or start_time"),
        (SCHEDULE, {}, scheduled(recurrence="0 8 * * *"), "up: expected at least one of min_size, max_size"),
        (SCHEDULE, {}, scheduled(recurrence="0 8 * * *", min_size=5, max_size=4), r"max_size, got \[5, 4\]"),
        (TARGET, {"min_capacity": 5, "max_capacity": 20}, {"max_capacity": 4},
         "expected min_capacity <= max_capacity"),
        (CAPACITY, {**TABLE, "state": "UPDATING"}, UNITS, "one of its indexes is changing; expected ACTIVE"),
        (CAPACITY, {**TABLE, "billing_mode": "PAY_PER_REQUEST"}, UNITS, "is on demand .* expected PROVISION"),
        (CAPACITY, TABLE, {"indexes": {"by_name": UNITS}}, r"no index \['by_name'\]; it has \['by_day'\]"),
        (TASKS, {**SERVICE, "state": "DRAINING"}, {"desired_count": 3}, "is DRAINING; expected ACTIVE"),
        (TASKS, {**SERVICE, "scheduling": "DAEMON"}, {"desired_count": 3}, "one task per host"),
        (SHARDS, {**STREAM, "state": "UPDATING"}, {"shards": 6}, "is UPDATING; expected ACTIVE"),
        (SHARDS, {**STREAM, "mode": "ON_DEMAND"}, {"shards": 6}, "on demand and has no number of shards"),
        (SHARDS, STREAM, {"shards": 11}, "11 shards .* expected 3 to 10"),
        (SHARDS, STREAM, {"shards": 2}, "2 shards .* expected 3 to 10"),
        (MODE, STREAM, {"mode": "ELASTIC"}, "'ELASTIC'; expected one of ON_DEMAND, PROVISIONED"),
        (MODE, {**STREAM, "state": "CREATING"}, {"mode": "ON_DEMAND"}, "is CREATING; expected ACTIVE"),
        (RESERVED, {"reserved": 5}, {"reserved": 0}, "reserved 0 stops the function"),
        (STORAGE, {**DATABASE, "state": "stopped"}, {"allocated_gib": 200}, "is stopped; expected available"),
        (STORAGE, {**DATABASE, "pending_changes": ["DBInstanceClass"]}, {"allocated_gib": 200},
         r"wait for the maintenance window: \['DBInstanceClass'\]"),
        (STORAGE, {**DATABASE, "cluster_id": "shop"}, {"allocated_gib": 200}, "belongs to a cluster"),
        (STORAGE, DATABASE, {"allocated_gib": 115}, "105 GiB grows only, to 116 GiB or more"),
        (STORAGE, DATABASE, {"allocated_gib": 100}, "105 GiB grows only"),
        (STORAGE, {**DATABASE, "engine": "sqlserver-se"}, {"allocated_gib": 104}, "to 106 GiB or more"),
        (STORAGE, DATABASE, {"max_allocated_gib": 105}, "max_allocated_gib 105 leaves 105 GiB no room"),
        (STORAGE, {**DATABASE, "storage_type": "gp2"}, {"iops": 6000}, "gp2 has no iops; expected gp3"),
        (STORAGE, {**DATABASE, "storage_type": "io1"}, {"throughput_mibps": 9}, "io1 has no throughput"),
        (QUOTA, {**ASKED, "adjustable": False}, {"desired_value": 512}, "AWS does not adjust this quota"),
        (QUOTA, ASKED, {"desired_value": 256}, "384 is in force or asked for already"),
    ],
)  # fmt: skip
def test_refused(id: str, before: State, params: State, says: str):
    with pytest.raises(ActionRefused, match=says):
        action(id).after(before, params)


@pytest.mark.parametrize(
    ("id", "before", "params"),
    [
        (LIMITS, {**GROUP, "desired_capacity": 2}, {"max_size": 2}),
        (SCHEDULE, {}, {"scheduled": {"up": {**EVENING, "min_size": 4, "max_size": 4}, "down": None}}),
        (TARGET, {"min_capacity": 5, "max_capacity": 20}, {"max_capacity": 5}),
        (SHARDS, STREAM, {"shards": 10}),
        (SHARDS, STREAM, {"shards": 3}),
        (STORAGE, DATABASE, {"allocated_gib": 116}),
        (STORAGE, DATABASE, {"max_allocated_gib": 106}),
        (STORAGE, {**DATABASE, "engine": "sqlserver-se"}, {"allocated_gib": 106}),
        (RESERVED, {"reserved": 5}, {"reserved": None}),
        (QUOTA, ASKED, {"desired_value": 385}),
    ],
)
def test_just_inside_is_done(id: str, before: State, params: State):
    assert action(id).after(before, params) != before


def test_a_maximum_below_the_instances_there_are_is_seen_and_refused(aws: Aws, run: Callable[..., Run]):
    it = run(LIMITS, group(aws), {"min_size": 1, "max_size": 1})
    with pytest.raises(ActionRefused, match="max_size 1 is below the group's present capacity"):
        it.after(it.read())


CHANGED: State = {"read_capacity": 14}
TWICE = {**TABLE, **CHANGED}
GROWN, ROOM = {**DATABASE, "allocated_gib": 200}, {"allocated_gib": 200}


@pytest.mark.parametrize(
    ("id", "live", "before", "params", "halfway"),
    [
        (CAPACITY, {**TABLE, "state": "UPDATING"}, TABLE, CHANGED, True),
        (CAPACITY, {**TWICE, "state": "UPDATING"}, TABLE, CHANGED, True),
        (CAPACITY, {**TABLE, "state": "UPDATING", "read_capacity": 99}, TABLE, CHANGED, False),
        (CAPACITY, {**TABLE, "read_capacity": 99}, TABLE, CHANGED, False),
        (SHARDS, {**STREAM, "state": "UPDATING", "shards": 8}, STREAM, {"shards": 10}, True),
        (SHARDS, {**STREAM, "state": "UPDATING", "mode": "ON_DEMAND"}, STREAM, {"shards": 10}, False),
        (SHARDS, {**STREAM, "shards": 8}, STREAM, {"shards": 10}, False),
        (MODE, {**STREAM, "state": "UPDATING"}, STREAM, {"mode": "ON_DEMAND"}, True),
        (MODE, {**STREAM, "state": "UPDATING", "mode": "ON_DEMAND"}, STREAM, {"mode": "ON_DEMAND"}, True),
        (MODE, {**STREAM, "state": "DELETING"}, STREAM, {"mode": "ON_DEMAND"}, False),
        (STORAGE, {**DATABASE, "state": "modifying"}, DATABASE, ROOM, True),
        (STORAGE, {**GROWN, "state": "modifying"}, DATABASE, ROOM, True),
        (STORAGE, {**DATABASE, "pending_changes": ["AllocatedStorage"]}, DATABASE, ROOM, True),
        (STORAGE, {**DATABASE, "pending_changes": ["DBInstanceClass"]}, DATABASE, ROOM, False),
        (STORAGE, {**DATABASE, "state": "stopping"}, DATABASE, ROOM, False),
        (STORAGE, {**DATABASE, "state": "modifying", "allocated_gib": 150}, DATABASE, ROOM, False),
        (STORAGE, GROWN, DATABASE, ROOM, False),
    ],
)  # fmt: skip
def test_halfway(id: str, live: State, before: State, params: State, halfway: bool):
    assert action(id).halfway(live, before, params) is halfway


@pytest.mark.parametrize("id", [LIMITS, TARGET, TASKS, RESERVED, QUOTA])
def test_one_call_has_no_halfway(id: str):
    """Whatever is seen between is somebody else's, and makes the change stale."""
    assert not action(id).halfway({"anything": "else"}, {}, {})

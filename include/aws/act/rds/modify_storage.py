"""Give a database instance more storage, IOPS or throughput, or let it grow further by itself; it stays up.

Params, each optional: `allocated_gib` (growing only, by a tenth at least), `max_allocated_gib` (how far
storage autoscaling may go; null: it is off), `iops`, `throughput_mibps` (gp3). AWS optimises the storage for
hours after a change and takes the next one, a way back too, only after six (RDS User Guide, "Working with
storage"). Applying at once would also apply whatever else waits for the maintenance window: a database with
other pending changes is refused.
"""

from functools import partial
from typing import Any

from include.aws.act._common import served_by
from include.aws.act._waiting import DATABASE, until, until_read
from include.aws.act.rds._instance import described
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "rds"
READ_PERMISSIONS = ("rds:DescribeDBInstances",)
PERMISSIONS = ("rds:ModifyDBInstance",)
RISK: Risk = "low"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = (
    "allocated storage never shrinks: only a new database, filled from this one, is smaller"
)

SETTINGS = {
    "allocated_gib": "AllocatedStorage",
    "max_allocated_gib": "MaxAllocatedStorage",
    "iops": "Iops",
    "throughput_mibps": "StorageThroughput",
}
PASSING = {"modifying", "configuring-enhanced-monitoring", "backing-up"}
DONE = {"available", "storage-optimization"}
"""In both the new storage is in use."""
PERFORMANCE = {"iops": ("gp3", "io1", "io2"), "throughput_mibps": ("gp3",)}
"""Which types of storage have the setting."""

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Status, engine, type and size of the storage, pending changes, and the settings named; None when gone.

    `storage-optimization` reads as `available`: the new settings hold, data moves behind the scenes.
    """
    raw = described(client, resource_id)
    if raw is None:
        return None
    pending = raw.get("PendingModifiedValues", {})
    return {
        "state": "available" if raw["DBInstanceStatus"] in DONE else raw["DBInstanceStatus"],
        "engine": raw["Engine"],
        "storage_type": raw.get("StorageType"),
        "cluster_id": raw.get("DBClusterIdentifier"),
        "pending_changes": sorted(key for key, value in pending.items() if value),
        **{ours: raw.get(theirs) for ours, theirs in SETTINGS.items() if ours in _named(params)},
    }


def after(before: State, params: State) -> State | None:
    """The new settings. ActionRefused: not available, changes pending, Aurora, or what RDS would not take."""
    if before["state"] != "available":
        raise ActionRefused(f"the database is {before['state']}; expected available. Try when it is.")
    if before["pending_changes"]:
        raise ActionRefused(
            f"other changes wait for the maintenance window: {before['pending_changes']}; changing storage "
            "at once would apply them too. Apply or cancel them first."
        )
    if before["cluster_id"]:
        raise ActionRefused("the storage belongs to a cluster, not to this instance.")
    _check_growth(before, params)
    for setting, types in PERFORMANCE.items():
        if setting in _wanted(params) and before["storage_type"] not in types:
            raise ActionRefused(f"{before['storage_type']} has no {setting}; expected {' or '.join(types)}.")
    return {**before, **_wanted(params)}


def halfway(live: State, before: State, params: State) -> bool:
    """The modification is under way, with the old or the new settings."""
    ours = {SETTINGS[key] for key in _wanted(params)}
    pending: Any = live.get("pending_changes") or []
    under_way = live.get("state") in PASSING or bool(pending)
    settled = {**live, "state": "available", "pending_changes": []}
    passing = live.get("state") in {*PASSING, "available"} and set(pending) <= ours
    return under_way and passing and settled in (before, {**before, **_wanted(params)})


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Modify unless done, and wait. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    settled = until(
        look,
        lambda live: live is None or live["state"] == "available",
        what=f"database {resource_id} to be available",
        pace=DATABASE,
    )
    if settled is not None and settled != want and not settled["pending_changes"]:
        client.modify_db_instance(DBInstanceIdentifier=resource_id, **_request(before, params))
    until_read(look, want, what=f"database {resource_id}", pace=DATABASE)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The settings it had, of those named; None when it grew."""
    old = {key: before[key] for key in _wanted(params)}
    if old.get("allocated_gib") != params.get("allocated_gib"):
        return None
    return Step(action="rds.modify_storage", resource_id=resource_id, params=old)


def _check_growth(before: State, params: State) -> None:
    """RDS rounds up to a tenth more (API reference, ModifyDBInstance), but for SQL Server."""
    have = _number(before["allocated_gib"])
    want = _number(_wanted(params).get("allocated_gib", have))
    least = have + 1 if str(before["engine"]).startswith("sqlserver") else -(-have * 11 // 10)
    if want != have and want < least:
        raise ActionRefused(f"{want} GiB: storage of {have} GiB grows only, to {least} GiB or more.")
    most = params.get("max_allocated_gib")
    if most is not None and _number(most) <= want:
        raise ActionRefused(f"max_allocated_gib {most} leaves {want} GiB no room; expected more, or null.")


def _named(params: State) -> set[str]:
    return {"allocated_gib", *_wanted(params)}


def _wanted(params: State) -> State:
    """What is set: a null maximum switches growing by itself off, any other null says nothing."""
    return {
        key: value
        for key, value in params.items()
        if key in SETTINGS and (value is not None or key == "max_allocated_gib")
    }


def _request(before: State, params: State) -> dict[str, Any]:
    """As the API takes it; a maximum of what is allocated switches growing by itself off."""
    wanted = _wanted(params)
    if "max_allocated_gib" in wanted and wanted["max_allocated_gib"] is None:
        wanted["max_allocated_gib"] = wanted.get("allocated_gib", before["allocated_gib"])
    changed = {SETTINGS[key]: value for key, value in wanted.items() if value != before.get(key)}
    return {**changed, "ApplyImmediately": True}


def _number(value: Any) -> int:
    return int(value)

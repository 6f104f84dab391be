"""Change a volume's size, type, IOPS and throughput while it is in use.

Params, each optional: `size_gib` (growing only; its owner grows the file system on it), `volume_type`, and
for types that provision them `iops` and `throughput_mibps` (left out with a change to gp3: its baseline). AWS
allows the next modification of the same volume only after about six hours, so a way back within them is
refused by AWS.
"""

from datetime import datetime
from functools import partial
from typing import Any

from include.aws.act._common import served_by
from include.aws.act._waiting import COPY, until_read
from include.aws.act.ec2._volume import (
    GP3_BASELINE,
    IOPS_PROVISIONED,
    THROUGHPUT_PROVISIONED,
    performance,
    volume,
)
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeVolumes", "ec2:DescribeVolumesModifications")
PERMISSIONS = ("ec2:ModifyVolume",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = "a volume never shrinks: only a new one, filled from this one, is smaller"

SETTINGS = {
    "size_gib": "Size",
    "volume_type": "VolumeType",
    "iops": "Iops",
    "throughput_mibps": "Throughput",
}

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Type, IOPS, MiB/s, size in GiB, and whether a modification is under way; None when gone.

    A modification that is `optimizing` counts as done: the new settings hold, data moves behind the scenes.
    """
    raw = volume(client, resource_id)
    if raw is None:
        return None
    modifying = (_modification(client, resource_id) or {}).get("ModificationState") == "modifying"
    return {**performance(raw), "size_gib": raw["Size"], "modifying": modifying}


def after(before: State, params: State) -> State | None:
    """The new settings on the same volume. ActionRefused: it would shrink, or is being modified."""
    if before["modifying"]:
        raise ActionRefused("another modification of the volume is under way. Run the sweep again after it.")
    wanted: dict[str, Any] = _wanted(before, params)
    if wanted["size_gib"] < before["size_gib"]:
        raise ActionRefused(f"{wanted['size_gib']} GiB: a volume of {before['size_gib']} GiB grows only.")
    return {**before, **wanted}


def halfway(live: State, before: State, params: State) -> bool:
    """Our modification is under way; the volume shows the old or already the new settings."""
    settled = {**live, "modifying": False}
    return live.get("modifying") is True and settled in (before, {**before, **_wanted(before, params)})


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Modify unless done or under way already, then wait until the new settings hold. No token needed."""
    want = after(before, params)
    live = read(client, resource_id, params)
    if live != want and not (live and live["modifying"]):
        settings = _wanted(before, params)
        given = {SETTINGS[key]: value for key, value in settings.items() if value is not None}
        client.modify_volume(VolumeId=resource_id, **given)
    look = partial(_unless_failed, client, resource_id, params)
    until_read(look, want, what=f"volume {resource_id}", pace=COPY)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Back to the settings it had; None when it grew."""
    if _wanted(before, params)["size_gib"] != before["size_gib"]:
        return None
    old = {key: before[key] for key in SETTINGS if key != "size_gib" and before[key] is not None}
    return Step(action="ec2.modify_volume", resource_id=resource_id, params=old)


def _wanted(before: State, params: State) -> State:
    """The settings as `performance` will show them: given, else kept within a type, else gp3's baseline."""
    kind = params.get("volume_type") or before["volume_type"]
    known = before if kind == before["volume_type"] else GP3_BASELINE if kind == "gp3" else {}
    return {
        "volume_type": kind,
        "size_gib": params.get("size_gib") or before["size_gib"],
        "iops": params.get("iops", known.get("iops")) if kind in IOPS_PROVISIONED else None,
        "throughput_mibps": params.get("throughput_mibps", known.get("throughput_mibps"))
        if kind in THROUGHPUT_PROVISIONED
        else None,
    }


def _modification(client: Any, volume_id: str) -> dict[str, Any] | None:
    """The latest modification. By filter, since naming a volume that never had one is an error at AWS."""
    which = [{"Name": "volume-id", "Values": [volume_id]}]
    pages = client.get_paginator("describe_volumes_modifications").paginate(Filters=which)
    found = [one for page in pages for one in page["VolumesModifications"]]
    return max(found, key=_started, default=None)


def _started(modification: dict[str, Any]) -> datetime:
    started: datetime = modification["StartTime"]
    return started


def _unless_failed(client: Any, volume_id: str, params: State) -> State | None:
    latest = _modification(client, volume_id) or {}
    if latest.get("ModificationState") == "failed":
        raise ActionRefused(
            f"AWS failed to modify volume {volume_id}: {latest.get('StatusMessage', 'no reason given')}. "
            "Its old settings hold."
        )
    return read(client, volume_id, params)

"""Give a data stream more or fewer shards, all of one size, while it is in use.

Params: `shards`. At most twice and at least half of what it has; AWS allows ten such changes in 24 hours
(Kinesis API reference, UpdateShardCount), the way back among them.
"""

from functools import partial
from typing import Any

from include.aws.act._common import served_by
from include.aws.act._waiting import STATE, until_read
from include.aws.act.kinesis._stream import READS, mode, stream
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "kinesis"
READ_PERMISSIONS = READS
PERMISSIONS = ("kinesis:UpdateShardCount",)
RISK: Risk = "low"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Status, mode and open shards; None when gone."""
    raw = stream(client, resource_id)
    if raw is None:
        return None
    return {"state": raw["StreamStatus"], "mode": mode(raw), "shards": raw["OpenShardCount"]}


def after(before: State, params: State) -> State | None:
    """The new number. ActionRefused: changing, on demand, or more than AWS takes in one step."""
    if before["state"] != "ACTIVE":
        raise ActionRefused(f"the stream is {before['state']}; expected ACTIVE. Try when it is.")
    if before["mode"] != "PROVISIONED":
        raise ActionRefused("the stream is on demand and has no number of shards to set.")
    have, want = _number(before["shards"]), _number(params["shards"])
    if not have <= 2 * want <= 4 * have:
        raise ActionRefused(
            f"{want} shards are not between half and twice the {have} there are, which is all AWS takes in "
            f"one step: expected {-(-have // 2)} to {2 * have}. Go there in steps."
        )
    return {**before, "shards": want}


def halfway(live: State, before: State, params: State) -> bool:
    """Shards are being split or merged; meanwhile AWS counts those open."""
    return live.get("state") == "UPDATING" and live.get("mode") == before["mode"]


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Update unless done or under way, then wait until it is ACTIVE. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() == before:
        client.update_shard_count(
            StreamName=resource_id, TargetShardCount=params["shards"], ScalingType="UNIFORM_SCALING"
        )
    until_read(look, want, what=f"stream {resource_id}", pace=STATE)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The number it had."""
    old = {"shards": before["shards"]}
    return Step(action="kinesis.set_shard_count", resource_id=resource_id, params=old)


def _number(value: Any) -> int:
    return int(value)

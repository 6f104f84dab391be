"""Let a data stream scale by itself (ON_DEMAND), or have shards of its own (PROVISIONED); it stays in use.

Params: `mode`. Provisioned again, it has the shards that demand has given it. AWS allows two switches in 24
hours (Kinesis API reference, UpdateStreamMode), the way back among them.
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
PERMISSIONS = ("kinesis:UpdateStreamMode",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

MODES = ("ON_DEMAND", "PROVISIONED")

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Status and mode; None when gone. Shards are not read: on demand they come and go."""
    raw = stream(client, resource_id)
    return None if raw is None else {"state": raw["StreamStatus"], "mode": mode(raw)}


def after(before: State, params: State) -> State | None:
    """The new mode. ActionRefused: the stream is changing, or there is no such mode."""
    if params["mode"] not in MODES:
        raise ActionRefused(f"params name mode {params['mode']!r}; expected one of {', '.join(MODES)}.")
    if before["state"] != "ACTIVE":
        raise ActionRefused(f"the stream is {before['state']}; expected ACTIVE. Try when it is.")
    return {**before, "mode": params["mode"]}


def halfway(live: State, before: State, params: State) -> bool:
    """The switch is under way."""
    return live.get("state") == "UPDATING" and live.get("mode") in (before["mode"], params["mode"])


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Switch unless done or under way, then wait until it is ACTIVE. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() == before != want:
        arn = (stream(client, resource_id) or {}).get("StreamARN")
        client.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": params["mode"]})
    until_read(look, want, what=f"stream {resource_id}", pace=STATE)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The mode it had."""
    return Step(action="kinesis.set_stream_mode", resource_id=resource_id, params={"mode": before["mode"]})

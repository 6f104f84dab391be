"""Kinesis: more shards; beyond twice as many at once the stream goes on demand.

UpdateShardCount at most doubles (API reference, UpdateShardCount).
"""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Due, Remedy, cost, up

KINDS = ("kinesis_in_bytes", "kinesis_in_records", "kinesis_out_bytes")


def remedy(due: Due) -> Remedy:
    """As many shards as the need takes."""
    now = int(due.resource["open_shards"])
    shards = max(up(now * due.factor), now + 1)
    if shards > 2 * now:
        says = f"It needs {shards} shards, more than twice its {now}: let it scale by itself, on demand. "
        says += "Its price is then that of the traffic, which is not known here."
        return Remedy(says, None, "kinesis.set_stream_mode", {"mode": "ON_DEMAND"})
    extra = cost(((shards - now) * HOURS_PER_MONTH, due.price("kinesis:shard:hour")))
    limit = due.limit * shards / now
    return Remedy(
        f"Run {shards} shards instead of {now}.", limit, "kinesis.set_shard_count", {"shards": shards}, extra
    )

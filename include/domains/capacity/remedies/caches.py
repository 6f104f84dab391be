"""ElastiCache: advice only, no action changes a cache."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Remedy, cost
from include.domains.capacity.remedies._sizes import larger, ratio

KINDS = ("elasticache_memory", "elasticache_engine_cpu", "elasticache_cpu", "memcached_memory")
PREFIX = "cache."


def remedy(due: Due) -> Remedy:
    """The next node type that carries it; a busy engine thread is one, and only more shards share its work.

    A node type has the memory of the EC2 type it is named after, less what ElastiCache keeps of each.
    """
    now = str(due.resource["node_type"])
    needs = f"It needs {due.factor:.2f} times what {now} has:"
    new = larger(now.removeprefix(PREFIX), "memory_mib", due.factor)
    if due.kind == "elasticache_engine_cpu" or new is None:
        return Remedy(f"{needs} more shards, by how many its keys tell: their price is not known.")
    group = " Every node of its group becomes one." if due.resource["replication_group_id"] else ""
    says = f"{needs} nodes of type {PREFIX}{new}, at the price of these, or more shards.{group}"
    limit = due.limit * ratio(now.removeprefix(PREFIX), new, "memory_mib")
    return Remedy(says, limit, cost=_difference(due, now, PREFIX + new))


def _difference(due: Due, now: str, new: str) -> Cost | None:
    """Of this cluster's nodes."""
    hours = int(due.resource["node_count"]) * HOURS_PER_MONTH
    prices = [due.price(f"elasticache:{name}:{due.resource['engine']}") for name in (new, now)]
    return None if None in prices else cost((hours, prices[0]), (-hours, prices[1]))

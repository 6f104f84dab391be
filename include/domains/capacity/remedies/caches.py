"""ElastiCache: advice only, no action changes a cache."""

from include.domains.capacity.remedies._remedy import Due, Remedy

KINDS = ("elasticache_memory", "elasticache_engine_cpu", "elasticache_cpu", "memcached_memory")


def remedy(due: Due) -> Remedy:
    """A larger node type or more shards."""
    nodes = "more shards" if due.kind == "elasticache_engine_cpu" else "a larger node type, or more shards"
    return Remedy(f"It needs {due.factor:.2f} times what {due.resource['node_type']} has: {nodes}.")

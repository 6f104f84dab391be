"""ElastiCache nodes on demand; extended support has usage types of its own."""

from include.aws.prices._query import Attributes, Query, usage

ENGINES = {"Redis": "redis", "Valkey": "valkey", "Memcached": "memcached"}


def _node(a: Attributes) -> str | None:
    engine, node = ENGINES.get(a.get("cacheEngine", "")), a.get("instanceType")
    return f"elasticache:{node}:{engine}" if engine and usage(a) == f"NodeUsage:{node}" else None


QUERIES = (
    Query(
        "AmazonElastiCache", {"productFamily": "Cache Instance", "locationType": "AWS Region"}, _node, "hour"
    ),
)

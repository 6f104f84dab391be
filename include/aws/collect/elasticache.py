"""ElastiCache clusters, members of replication groups too."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc
from include.aws.collect._tagging import TAGGING, tags_of


@collector(
    "elasticache_clusters",
    client="elasticache",
    also=TAGGING,
    permissions=("elasticache:DescribeCacheClusters", "tag:GetResources"),
)
def elasticache_clusters(
    elasticache: Any, ids: Sequence[str] | None = None, *, tagging: Any | None = None
) -> Iterator[Row]:
    """Every ElastiCache cluster in the client's region; serverless caches are none."""
    pages = items(elasticache, "describe_cache_clusters", "CacheClusters", PaginationConfig={"PageSize": 100})
    clusters = [cluster for cluster in pages if wanted(cluster["CacheClusterId"], ids)]
    tags = tags_of(tagging if clusters else None, "elasticache")
    for cluster in clusters:
        name, arn = cluster["CacheClusterId"], cluster.get("ARN")
        yield common(elasticache, name, tags(arn), name=name, arn=arn) | {
            "state": cluster.get("CacheClusterStatus"),
            "engine": cluster.get("Engine"),
            "engine_version": cluster.get("EngineVersion"),
            "node_type": cluster.get("CacheNodeType"),
            "node_count": cluster.get("NumCacheNodes"),
            "replication_group_id": cluster.get("ReplicationGroupId") or None,
            "created_at": utc(cluster.get("CacheClusterCreateTime")),
        }

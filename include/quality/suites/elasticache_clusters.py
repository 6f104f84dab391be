"""ElastiCache clusters. How many nodes one may have is a quota, not a constant."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("elasticache_clusters"),
        one_of("engine", "redis", "valkey", "memcached"),
        present("node_type"),
        between("node_count", 0),
        past("created_at", as_of),
    ]

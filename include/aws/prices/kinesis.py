"""Kinesis data streams: a provisioned shard. Records put cost beside it, by how many there are."""

from include.aws.prices._query import Query, by_usage

SKUS = {"Storage-ShardHour": "kinesis:shard:hour"}

QUERIES = (Query("AmazonKinesis", {"productFamily": "Kinesis Streams"}, by_usage(SKUS), "hour"),)

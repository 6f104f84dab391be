"""CloudWatch Logs: what comes in, standard class. Vended logs and infrequent access have other types."""

from include.aws.prices._query import Query, by_usage

SKUS = {"DataProcessing-Bytes": "logs:ingested:gib"}

QUERIES = (Query("AmazonCloudWatch", {"productFamily": "Data Payload"}, by_usage(SKUS), "gib"),)

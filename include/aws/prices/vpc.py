"""Public IPv4 addresses: these have a group and no product family."""

from include.aws.prices._query import Query, by_usage

SKUS = {"PublicIPv4:InUseAddress": "eip:in-use:hour", "PublicIPv4:IdleAddress": "eip:idle:hour"}

QUERIES = (Query("AmazonVPC", {"group": "VPCPublicIPv4Address"}, by_usage(SKUS), "hour"),)

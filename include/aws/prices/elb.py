"""Load balancers: the hour, and the capacity units used, not reserved ones, trust stores or Outposts."""

from include.aws.prices._query import Query, by_usage

FAMILIES = {
    "Load Balancer": "classic",
    "Load Balancer-Application": "application",
    "Load Balancer-Network": "network",
    "Load Balancer-Gateway": "gateway",
}

QUERIES = tuple(
    Query(
        "AWSELB",
        {"productFamily": family, "locationType": "AWS Region"},
        by_usage({"LoadBalancerUsage": f"elb:{kind}:hour", "LCUUsage": f"elb:{kind}:lcu-hour"}),
        "hour",
    )
    for family, kind in FAMILIES.items()
)

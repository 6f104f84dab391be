"""Addresses, NAT gateways, endpoints and load balancers."""

from typing import Any

from include.simulation.estate._loads import balancer, nat
from include.simulation.estate.ec2 import DEV, PROD, STAGING
from include.simulation.manifest import (
    DEV_EU,
    DEV_US,
    PROD_EU,
    PROD_US,
    Place,
    Resource,
    fail,
    unknown,
    young,
)


def address(name: str, place: Place, idle_days: float | None = None, **more: Any) -> Resource:
    return Resource(name, "elastic_ips", place, unassociated_days=idle_days, **more)


def load_balancer(name: str, place: Place, kind: str, *targets: str, **more: Any) -> Resource:
    spec = {"kind": kind, "targets": targets}
    telemetry = balancer(6_000 if targets else 0)
    return Resource(name, "load_balancers", place, spec, **{"tags": PROD, "telemetry": telemetry, **more})


NO_TARGETS = fail("load_balancer_without_targets")
UNUSED_ADDRESS = fail("eip_unassociated")

RESOURCES = [
    address("old-partner-ip", PROD_EU, 41, tags=PROD, verdicts=UNUSED_ADDRESS),
    address("decommissioned-mail", PROD_US, 12, verdicts=UNUSED_ADDRESS),
    address("poc-ip", DEV_EU, 20, tags=DEV, verdicts=UNUSED_ADDRESS),
    address("vpn-ip", PROD_EU, spec={"instance": "vpn-relay"}, tags=PROD,
            resembles={"eip_unassociated": "in use by an instance"}),
    address("web-us-ip", PROD_US, spec={"instance": "shop-web-us-1"}, tags=PROD),
    address(
        "bastion-spare", DEV_EU, 2, tags=DEV,
        resembles={"eip_unassociated": "idle for two days, of the fifteen we have watched it"},
    ),
    Resource("shop-nat", "nat_gateways", PROD_EU, {}, PROD, telemetry=nat(160),
             resembles={"nat_gateway_idle": "carries traffic"}),
    Resource("shop-nat-us", "nat_gateways", PROD_US, {}, PROD, telemetry=nat(45)),
    Resource("old-vpn-nat", "nat_gateways", PROD_US, {}, PROD, 500, nat(0), fail("nat_gateway_idle")),
    Resource("sandbox-nat", "nat_gateways", DEV_EU, {}, DEV, 330, nat(0), fail("nat_gateway_idle")),
    Resource("new-region-nat", "nat_gateways", DEV_US, {}, DEV, 5, nat(0, days=5),
             unknown("nat_gateway_idle"), capacity=young("nat_connections")),
    Resource("s3-endpoint", "vpc_endpoints", PROD_EU, {"type": "Gateway", "service": "s3"}, PROD),
    Resource("logs-endpoint", "vpc_endpoints", PROD_EU, {"type": "Interface", "service": "logs"}, PROD),
    Resource("s3-endpoint-dev", "vpc_endpoints", DEV_EU, {"type": "Gateway", "service": "s3"}, DEV),
    load_balancer("shop-alb", PROD_EU, "application", "shop-web-1", "shop-web-2",
                  resembles={"load_balancer_without_targets": "two targets"}),
    load_balancer("shop-alb-us", PROD_US, "application", "shop-web-us-1", "shop-web-us-2"),
    load_balancer("shop-ingest-nlb", PROD_EU, "network", "shop-search-1"),
    load_balancer("staging-clb", DEV_US, "classic", "staging-web", tags=STAGING,
                  resembles={"load_balancer_without_targets": "one instance"}),
    load_balancer("campaign-2023", PROD_EU, "application", verdicts=NO_TARGETS, age_days=540),
    load_balancer("partner-nlb", PROD_US, "network", verdicts=NO_TARGETS, age_days=200),
    load_balancer("legacy-clb", PROD_US, "classic", verdicts=NO_TARGETS, age_days=1_800),
    load_balancer("poc-alb", DEV_EU, "application", verdicts=NO_TARGETS, age_days=33, tags=DEV),
    load_balancer("preview-alb", DEV_EU, "application", age_days=2, tags=DEV,
                  resembles={"load_balancer_without_targets": "made two days ago"}),
]  # fmt: skip

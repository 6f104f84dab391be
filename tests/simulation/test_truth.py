import pytest

from include.simulation.estate import DENIED, DENIED_CHECKS, resources
from include.simulation.manifest import ACCOUNTS, PLACES
from include.simulation.truth import fetch, truth

CHECKS = {
    "ec2_idle",
    "ec2_oversized",
    "ec2_stopped",
    "ec2_previous_generation",
    "ebs_unattached",
    "ebs_gp2_to_gp3",
    "ebs_snapshot_old",
    "eip_unassociated",
    "nat_gateway_idle",
    "load_balancer_without_targets",
    "rds_idle",
    "rds_oversized",
    "dynamodb_unused",
    "s3_no_multipart_abort",
    "log_group_no_retention",
}
IDS = {resource.name: f"id-of-{resource.name}" for resource in resources()}


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_every_check_has_something_to_find_and_something_not_to_fall_for(check):
    assert any(row.status == "FAIL" for row in truth(IDS) if row.check_id == check)
    assert any(check in resource.resembles for resource in resources())


def test_no_verdict_is_for_a_check_that_does_not_exist():
    assert {row.check_id for row in truth(IDS)} == CHECKS
    assert {check for resource in resources() for check in resource.resembles} <= CHECKS


def test_some_checks_cannot_tell():
    assert {row.check_id for row in truth(IDS) if row.status == "UNKNOWN"} >= {
        "ec2_idle",
        "ec2_oversized",
        "ec2_stopped",
        "nat_gateway_idle",
        "rds_idle",
        "rds_oversized",
        "dynamodb_unused",
    }


def test_nothing_is_both_found_and_a_look_alike():
    assert [r.name for r in resources() if set(r.verdicts) & set(r.resembles)] == []


def test_every_account_and_region_has_findings():
    found = {(row.account_id, row.region) for row in truth(IDS) if row.status == "FAIL"}
    assert found == set(PLACES)
    assert {account for account, _ in found} == set(ACCOUNTS)


def test_the_refused_api_makes_its_checks_unknown_for_the_whole_target():
    whole = {row for row in truth(IDS) if row.resource_id == "*"}
    assert {(row.check_id, row.account_id, row.region, row.status) for row in whole} == {
        (check, DENIED.account_id, DENIED.region, "UNKNOWN") for check in DENIED_CHECKS
    }
    assert not [row for row in truth(IDS, denied=False) if row.resource_id == "*"]


def test_a_resource_comes_after_those_it_needs():
    order = [resource.name for resource in resources()]
    assert order.index("shop-orders") < order.index("shop-orders-replica")
    assert order.index("orders-db-proxy") < order.index("orders-data") < order.index("orders-2024-q1")


def test_the_server_tells_the_truth_with_aws_ids(estate, ask):
    ids = ask(estate, "ids")
    assert fetch(estate) == truth(ids)
    assert ids["legacy-crm"].startswith("i-")
    assert ids["shop-alb"].startswith("arn:aws:elasticloadbalancing:eu-west-1:111111111111:")


def test_an_empty_server_expects_nothing(empty):
    assert fetch(empty) == []

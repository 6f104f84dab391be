from datetime import datetime

import polars as pl
import pytest

from include.core.datasets import schema
from include.core.errors import PolicyError, WatchkeeperError
from include.core.findings import FINDINGS
from include.core.gaps import GAPS
from include.domains.cost.sweep import COUNTS, judge_all, needs, thresholds
from tests.domains.cost.world import ACCOUNT, AS_OF, CHECKS, REGION, days_ago, estate, resource, series

NO_GAPS = GAPS.to_frame()


def gap(dataset, api, **values):
    row = {"account_id": ACCOUNT, "region": REGION, "dataset": dataset, "api": api, "code": "AccessDenied"}
    return pl.DataFrame([row | {"reason": "it was refused"} | values], schema=GAPS)


def sweep(world, gaps=NO_GAPS, **overrides):
    return judge_all(world, gaps, overrides=overrides, as_of=AS_OF)


def rows(swept, check_id):
    found = swept.findings.filter(check_id=check_id).rows(named=True)
    return {(row["account_id"], row["region"], row["resource_id"]): row for row in found}


def idle_gateways():
    """One idle gateway here, one in another region."""
    there = {"region": "us-east-1"}
    gateways = [resource("r-1", state="available", created_at=days_ago(99))]
    gateways.append(gateways[0] | there)
    stats = series("nat_gateway_idle")
    return estate([*stats, *(one | there for one in stats)], {"nat:hour": 0.048}, nat_gateways=gateways)


HERE, THERE, ALL_HERE = (ACCOUNT, REGION, "r-1"), (ACCOUNT, "us-east-1", "r-1"), (ACCOUNT, REGION, "*")


def test_every_file_among_the_checks_is_a_check():
    assert len(CHECKS) >= 15
    assert set(thresholds({})) == set(CHECKS)


def test_needs_name_what_the_checks_read_each_once():
    needed = needs()
    assert {"ec2_instances", "ebs_volumes", "launch_templates"} <= needed.datasets
    assert len(set(needed.metrics)) == len(needed.metrics)
    assert needed.histories == {"elastic_ips": "association_id"}


def test_a_disabled_check_needs_and_judges_nothing():
    off = {"eip_unassociated": {"enabled": False}}
    assert needs(off).histories == {}
    assert "elastic_ips" not in needs(off).datasets
    swept = sweep(estate(elastic_ips=[resource()]), **off)
    assert "eip_unassociated" not in swept.counts["check_id"].to_list()
    assert swept.findings.is_empty()


def test_findings_hold_fail_and_unknown_and_counts_hold_all():
    swept = sweep(idle_gateways())
    assert swept.findings.schema == FINDINGS
    assert swept.counts.schema == COUNTS
    assert set(rows(swept, "nat_gateway_idle")) == {HERE, THERE}
    counted = dict(swept.counts.select(pl.concat_str("check_id", "status", separator=" "), "n").rows())
    assert counted["nat_gateway_idle FAIL"] == 2
    assert counted["rds_idle PASS"] == 0, "a check that had nothing to judge is seen to have run"


@pytest.mark.parametrize(
    ("dataset", "api"),
    [
        ("nat_gateways", "ec2:DescribeNatGateways"),
        ("nat_gateways", "cloudwatch:GetMetricData"),
        ("metrics", "cloudwatch:GetMetricData"),
        ("metric_stats", None),
    ],
)
def test_a_gap_turns_its_target_unknown_and_no_other(dataset, api):
    found = rows(sweep(idle_gateways(), gap(dataset, api)), "nat_gateway_idle")
    assert {key: row["status"] for key, row in found.items()} == {
        HERE: "UNKNOWN",
        ALL_HERE: "UNKNOWN",
        THERE: "FAIL",
    }
    assert "it was refused" in found[HERE]["reason"]
    assert "AccessDenied" in found[ALL_HERE]["reason"]
    assert [found[HERE][name] for name in ("saving_usd_month", "price_source", "action", "params")] == [
        None
    ] * 4


def test_one_row_per_target_names_every_gap():
    gaps = pl.concat([
        gap("nat_gateways", "ec2:DescribeNatGateways"),
        gap("nat_gateways", "cloudwatch:GetMetricData", code="InternalFailure"),
        gap("nat_gateways", "ec2:DescribeNatGateways", region="ap-south-1"),
    ])
    found = rows(sweep(estate(), gaps), "nat_gateway_idle")
    assert set(found) == {ALL_HERE, (ACCOUNT, "ap-south-1", "*")}
    assert "AccessDenied" in found[ALL_HERE]["reason"]
    assert "InternalFailure" in found[ALL_HERE]["reason"]
    assert found[ALL_HERE]["resource_type"] == "nat_gateways"


@pytest.mark.parametrize(
    ("dataset", "api", "touched", "spared"),
    [
        ("ec2_instances", "cloudwatch:GetMetricData", "ec2_idle", "ec2_stopped"),
        ("autoscaling_groups", "autoscaling:DescribeAutoScalingGroups", "ebs_gp2_to_gp3", "ebs_unattached"),
        ("amis", "ec2:DescribeImages", "ebs_snapshot_old", "ec2_idle"),
        ("lambda_functions", "lambda:ListFunctions", None, "ec2_idle"),
        ("metrics", "cloudwatch:GetMetricData", "rds_idle", "log_group_no_retention"),
    ],
)
def test_a_gap_concerns_only_the_checks_that_read_it(dataset, api, touched, spared):
    swept = sweep(estate(), gap(dataset, api))
    assert touched is None or set(rows(swept, touched)) == {ALL_HERE}
    assert rows(swept, spared) == {}


def test_what_is_not_applicable_stays_so_behind_a_gap():
    member = resource(
        "r-1", state="running", lifecycle="spot", launched_at=days_ago(99), instance_type="m6i.large"
    )
    swept = sweep(estate(ec2_instances=[member]), gap("ec2_instances", "ec2:DescribeInstances"))
    assert set(rows(swept, "ec2_idle")) == {ALL_HERE}
    assert swept.counts.filter(check_id="ec2_idle", status="NOT_APPLICABLE")["n"].to_list() == [1]


def test_overrides_change_thresholds():
    world = estate(log_groups=[resource()])
    found = rows(sweep(world, log_group_no_retention={"production_days": 30}), "log_group_no_retention")
    assert found[HERE]["params"] == '{"retention_days":30}'


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        pytest.param({"ec2_idel": {}}, ["checks.ec2_idel: no such check", "ec2_idle"], id="unknown check"),
        pytest.param(
            {"ec2_idle": {"peak_cpu": 3}}, ["checks.ec2_idle.peak_cpu", "peak_cpu_percent"], id="field"
        ),
        pytest.param(
            {"ec2_idle": {"peak_cpu_percent": 0}},
            ["ec2_idle.peak_cpu_percent", "greater than 0", "got 0"],
            id="out of range",
        ),
        pytest.param(
            {"ec2_idle": {"min_coverage": "most"}}, ["ec2_idle.min_coverage", "number", "'most'"], id="type"
        ),
        pytest.param(
            {"ec2_idle": {"enabled": "no"}}, ["ec2_idle.enabled", "true or false", "'no'"], id="enabled"
        ),
        pytest.param({"ebs_unattached": {"created_days": 7}}, ["created_days", "30"], id="under its window"),
    ],
)
def test_a_wrong_override_is_named_with_what_was_expected(overrides, words):
    with pytest.raises(PolicyError) as error:
        sweep(estate(), **overrides)
    assert all(word in str(error.value) for word in words)


def test_an_empty_override_is_none():
    assert sweep(estate(), ec2_idle=None).findings.is_empty()


def test_a_frame_that_is_not_given_is_not_an_empty_one():
    world = estate()
    del world["amis"]
    with pytest.raises(WatchkeeperError, match="lacks amis"):
        sweep(world)


def test_the_time_must_have_a_zone():
    with pytest.raises(ValueError, match="time zone aware"):
        judge_all(estate(), NO_GAPS, overrides={}, as_of=datetime(2026, 3, 1))  # noqa: DTZ001 - the mistake


def test_only_the_columns_of_the_contract_are_read():
    """A frame from the lake has more columns (snapshot_id, ...): they must not disturb."""
    world = {name: frame.with_columns(snapshot_id=pl.lit("s")) for name, frame in idle_gateways().items()}
    assert set(rows(sweep(world), "nat_gateway_idle")) == {HERE, THERE}
    assert "snapshot_id" not in schema("nat_gateways")

"""Real answers of AWS, replayed: collectors parse them, and reach the recorded verdict where it is theirs.

The recordings are test data of Cloud Custodian (Apache-2.0), read where they lie. An answer that a recording
lacks, because its makers did not ask, is added by the test.
"""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.aws.collect.autoscaling import autoscaling_groups
from include.aws.collect.ebs import ebs_snapshots, ebs_volumes
from include.aws.collect.ec2_instances import ec2_instances
from include.aws.collect.elb import load_balancers
from include.aws.collect.images import amis, launch_templates
from include.aws.collect.lambda_functions import lambda_functions
from include.aws.collect.metrics import collect_metrics
from include.aws.collect.network import elastic_ips, nat_gateways
from include.aws.collect.rds import rds_instances, rds_snapshots
from include.aws.collect.s3 import s3_buckets
from include.core.metrics import MetricNeed
from tests.aws.collect.conftest import RECORDINGS

FIXED_SIZE = {
    "autoscaling__DescribePolicies": {"ScalingPolicies": []},
    "autoscaling__DescribeScheduledActions": {"ScheduledUpdateGroupActions": []},
}
ERROR = {"Error": {"Code": "NoSuchLifecycleConfiguration", "Message": "none"}}


def recorded(recording, file):
    return json.loads((RECORDINGS / recording / f"{file}.json").read_text())["data"]


@pytest.fixture
def verdict():
    """The ids a recording's own condition matched."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings at {RECORDINGS}")
    lines = map(json.loads, (RECORDINGS / "verdicts.jsonl").read_text().splitlines())
    return {line["recording"]: sorted(line["matched"]) for line in lines}


def ids(frame):
    return sorted(frame["resource_id"])


def test_load_balancers_without_targets(replay, verdict):
    name = "test_appelb_instance_count_zero"
    frame = load_balancers(replay(name).client("elbv2"))
    assert ids(frame.filter(target_count=0)) == verdict[name]
    assert frame["target_group_count"].to_list() == [2, 2]
    assert frame["metric_dimension"].to_list()[0] == "app/alb-1/1e0ac88a139a5177"


def test_network_load_balancers_and_their_resets(replay, verdict):
    name = "test_netelb_metrics"
    [point] = recorded(name, "monitoring.GetMetricStatistics_1")["Datapoints"]
    reset = {
        "Id": "q0",
        "Timestamps": [point["Timestamp"]],
        "Values": [point["Sum"]],
        "StatusCode": "Complete",
    }
    session = replay(
        name,
        "us-east-1",
        elasticloadbalancing__DescribeTargetGroups={"TargetGroups": []},
        monitoring__GetMetricData={"MetricDataResults": [reset]},
    )
    frame = load_balancers(session.client("elbv2"))
    assert (frame["kind"].item(), frame["environment"].item()) == ("network", "dev")
    assert frame["created_at"].item() == datetime(2020, 4, 18, 11, 1, 21, 41_000, tzinfo=UTC)
    need = MetricNeed(
        "load_balancers",
        "AWS/NetworkELB",
        "TCP_ELB_Reset_Count",
        "Sum",
        "LoadBalancer",
        "metric_dimension",
        1,
    )
    metrics, gaps = collect_metrics(
        session.client("cloudwatch"),
        "644160558196",
        [need],
        {"load_balancers": frame},
        as_of=datetime(2020, 4, 18, 12, tzinfo=UTC),
        period_seconds=300,
    )
    assert ids(metrics.filter(pl.col("value") > 10)) == verdict[name]
    assert gaps.height == 0


def test_nat_gateways_of_2017_lack_tags_and_type(replay, verdict):
    name = "test_nat_gateways_query"
    frame = nat_gateways(replay(name).client("ec2"))
    assert ids(frame) == verdict[name]
    row = frame.row(0, named=True)
    assert (row["connectivity_type"], row["tags"]) == (None, [])
    assert row["allocation_ids"] == ["eipalloc-0000000"]


def test_nat_gateways_say_what_manages_them(replay):
    frame = nat_gateways(replay("test_cross_az_nat_gateway_route_filter").client("ec2"))
    assert sorted(frame.select("name", "managed_by").rows()) == [
        ("us-west-2a", "cloudformation"),
        ("us-west-2b", None),
    ]


def test_addresses_used_by_instances(replay, verdict):
    name = "test_eip_used_by"
    frame = elastic_ips(replay(name).client("ec2"))
    assert ids(frame.filter(pl.col("instance_id").is_not_null())) == verdict[name]
    assert ids(frame.filter(pl.col("association_id").is_null())) == ["eipalloc-0c2e1da5c1bb166f5"]


def test_volumes_without_a_snapshot_of_the_last_two_days(replay, verdict):
    name = "test_ebs_volume_snapshots_filter"
    ec2 = replay(name).client("ec2")
    as_of = datetime(2024, 2, 1, 10, 33, tzinfo=UTC)
    fresh = ebs_snapshots(ec2).filter(pl.col("started_at") > as_of - timedelta(days=2))
    volumes = ebs_volumes(ec2)
    assert ids(volumes.join(fresh, left_on="resource_id", right_on="volume_id", how="anti")) == verdict[name]
    assert volumes["throughput_mibps"].to_list() == [125, 125]


TEMPLATE = {
    "LaunchTemplates": [{"LaunchTemplateId": "lt-00b3b2755218e3fdd", "LaunchTemplateName": "test-template"}]
}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("test_unused_ami_true", {"ec2__DescribeLaunchTemplates": {"LaunchTemplates": []}}),
        (
            "test_unused_ami_launch_template",
            {
                "ec2__DescribeLaunchTemplates": TEMPLATE,
                "autoscaling__DescribeLaunchConfigurations": {"LaunchConfigurations": []},
            },
        ),
    ],
)
def test_images_nothing_uses(name, more, replay, verdict):
    session = replay(name, "us-east-1", **more, **FIXED_SIZE)
    ec2 = session.client("ec2")
    used = pl.concat([
        ec2_instances(ec2).select("image_id"),
        autoscaling_groups(session.client("autoscaling")).select(image_id="image_ids").explode("image_id"),
        launch_templates(ec2).select(image_id="image_ids").explode("image_id"),
    ])
    unused = amis(ec2).join(used, left_on="resource_id", right_on="image_id", how="anti")
    assert ids(unused) == verdict[name]


def test_groups_whose_image_is_older_than_90_days(replay, verdict):
    name = "test_asg_image_age_filter"
    session = replay(name, **FIXED_SIZE)
    groups = autoscaling_groups(session.client("autoscaling"))
    old = amis(session.client("ec2")).filter(
        pl.col("created_at") < datetime(2016, 5, 10, tzinfo=UTC) - timedelta(days=90)
    )
    with_old = groups.explode("image_ids").join(old, left_on="image_ids", right_on="resource_id", how="semi")
    assert ids(with_old) == verdict[name]
    assert groups["instance_ids"].list.len().to_list() == [3]


def test_launch_configurations_no_group_uses(replay, verdict):
    name = "test_launch_config_unused"
    groups = autoscaling_groups(replay(name, "us-east-2", **FIXED_SIZE).client("autoscaling"))
    recording = recorded(name, "autoscaling.DescribeLaunchConfigurations_1")["LaunchConfigurations"]
    there = {one["LaunchConfigurationName"] for one in recording}
    assert sorted(there - set(groups["launch_configuration"])) == verdict[name]


def test_instances_whose_cpu_was_low(replay, verdict):
    name = "test_ec2_metric_extended_stats"
    results = [
        {
            "Id": f"q{number - 1}",
            "StatusCode": "Complete",
            "Timestamps": ["2025-05-02T17:18:00+00:00" for _ in points],
            "Values": [point["ExtendedStatistics"]["p95"] for point in points],
        }
        for number in (1, 2, 3)
        for points in [recorded(name, f"monitoring.GetMetricStatistics_{number}")["Datapoints"]]
    ]
    session = replay(name, "us-east-1", monitoring__GetMetricData={"MetricDataResults": results})
    instances = ec2_instances(session.client("ec2"))
    metrics, gaps = collect_metrics(
        session.client("cloudwatch"),
        "644160558196",
        [MetricNeed("ec2_instances", "AWS/EC2", "CPUUtilization", "p95", "InstanceId", window_days=7)],
        {"ec2_instances": instances},
        as_of=datetime(2025, 5, 3, tzinfo=UTC),
        period_seconds=86_400,
    )
    assert ids(metrics.filter(pl.col("value") < 10)) == verdict[name]
    assert (metrics.height, metrics["value"].null_count()) == (instances.height, 2)
    assert gaps.height == 0
    assert set(instances["platform"]) == {"linux"}


@pytest.mark.parametrize("name", ["test_rds_default_vpc", "test_rds_pending_maintenance"])
def test_database_instances_of_all_ages(name, replay, verdict):
    frame = rds_instances(replay(name).client("rds"))
    assert set(verdict[name]) <= set(frame["resource_id"])
    assert (
        frame.select(pl.col("engine", "instance_class", "created_at", "arn").null_count()).row(0) == (0,) * 4
    )


def test_a_member_of_a_cluster_cannot_be_stopped_alone(replay, verdict):
    name = "test_rds_pending_maintenance"
    frame = rds_instances(replay(name).client("rds")).filter(pl.col("resource_id").is_in(verdict[name]))
    assert frame["cluster_id"].item() is not None
    assert "only the cluster can be stopped" in frame["stop_blocked_because"].item()


def test_database_snapshots_older_than_a_week(replay, verdict):
    name = "test_rds_snapshot_age_filter"
    frame = rds_snapshots(replay(name).client("rds"))
    old = frame.filter(pl.col("created_at") < datetime(2017, 6, 1, tzinfo=UTC) - timedelta(days=7))
    assert ids(old) == verdict[name]


def test_functions_of_2016(replay):
    frame = lambda_functions(replay("test_security_group_unused").client("lambda"))
    assert frame.select("resource_id", "memory_mib", "runtime", "architecture").rows() == [
        ("ec2-instance-type", 128, "nodejs4.3", None),
        ("process_resources", 128, "python2.7", None),
    ]
    assert frame["modified_at"][0] == datetime(2016, 8, 8, 10, 34, 32, 668_000, tzinfo=UTC)


@pytest.mark.parametrize("name", ["test_s3_check_public_block", "test_s3_encryption_audit"])
def test_buckets(name, replay, verdict):
    session = replay(
        name,
        s3__GetBucketLifecycleConfiguration=ERROR,
        s3__ListMultipartUploads={"Uploads": [], "IsTruncated": False},
    )
    frame = s3_buckets(session.client("s3"))
    assert ids(frame) == verdict[name]
    assert set(frame["lifecycle_rules"]) == {"[]"}
    assert set(frame["multipart_bytes"]) == {0}

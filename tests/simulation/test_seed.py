import re
from datetime import UTC, datetime, timedelta

import boto3
import jmespath
import pytest

from include.aws.collect.run import collect_target
from include.policies.targets import targets
from include.simulation.estate import DENIED, resources
from include.simulation.manifest import DEV_EU, DEV_US, PLACES, PROD_EU, PROD_US
from include.simulation.stage import assumed


def test_the_same_seed_gives_the_same_ids(estate, scratch, ask):
    assert ask(estate, "ids") == ask(scratch, "ids")


def test_accounts_and_regions_hold_their_own(estate, client):
    seen = {
        place: {volume["VolumeId"] for volume in client(estate, place, "ec2").describe_volumes()["Volumes"]}
        for place in PLACES
    }
    everything = [volume for volumes in seen.values() for volume in volumes]
    assert all(seen.values())
    assert len(everything) == len(set(everything))
    shops = {
        bucket["Name"]
        for place in (DEV_EU, DEV_US)
        for bucket in client(estate, place, "s3").list_buckets()["Buckets"]
    }
    assert shops == {"watchshop-ci-artifacts", "watchshop-ml-datasets", "watchshop-scratch"}


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.id)
def test_both_roles_of_every_target_can_be_assumed(target, estate):
    sts = boto3.client("sts", region_name=target.region, endpoint_url=estate)
    for role in (target.read_role, target.change_role):
        keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        inside = boto3.client(
            "sts",
            region_name=target.region,
            endpoint_url=estate,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        assert inside.get_caller_identity()["Account"] == target.account_id
        boto3.client(
            "iam",
            region_name=target.region,
            endpoint_url=estate,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        ).get_role(RoleName=role.rpartition("/")[2])


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_declared_resource_is_collected_and_nothing_it_brings_is_nameless(
    place, estate, ask, monkeypatch
):
    monkeypatch.setenv("AWS_ENDPOINT_URL", estate)
    ids = ask(estate, "ids")
    session = assumed(estate, place, "watchkeeper-read")
    frames, gaps, _ = collect_target(session, place.account_id, place.region)
    hidden = {"rds_instances"} if (DENIED.account_id, DENIED.region) == place else set()
    assert set(gaps["dataset"]) == hidden
    for resource in resources():
        if resource.place == place and resource.kind not in hidden:
            assert ids[resource.name] in set(frames[resource.kind]["resource_id"]), resource.name


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


DATED = [  # what, where, service, call, arguments (`@name`: AWS's id), where the time is, age in days
    ("volume", PROD_EU, "ec2", "describe_volumes", {"VolumeIds": ["@crm-data-before-migration"]},
     "Volumes[0].CreateTime", 320),
    ("snapshot", PROD_EU, "ec2", "describe_snapshots", {"SnapshotIds": ["@orders-2024-q1"]},
     "Snapshots[0].StartTime", 460),
    ("image", PROD_EU, "ec2", "describe_images", {"ImageIds": ["@shop-golden-image"]},
     "Images[0].CreationDate", 380),
    ("launch", PROD_EU, "ec2", "describe_instances", {"InstanceIds": ["@orders-db-proxy"]},
     "Reservations[0].Instances[0].LaunchTime", 1_900),
    ("stop", PROD_EU, "ec2", "describe_instances", {"InstanceIds": ["@migration-2023"]},
     "Reservations[0].Instances[0].StateTransitionReason", 210),
    ("nat gateway", PROD_US, "ec2", "describe_nat_gateways", {"NatGatewayIds": ["@old-vpn-nat"]},
     "NatGateways[0].CreateTime", 500),
    ("endpoint", PROD_EU, "ec2", "describe_vpc_endpoints", {"VpcEndpointIds": ["@s3-endpoint"]},
     "VpcEndpoints[0].CreationTimestamp", 400),
    ("load balancer", PROD_EU, "elbv2", "describe_load_balancers", {"Names": ["campaign-2023"]},
     "LoadBalancers[0].CreatedTime", 540),
    ("classic", PROD_US, "elb", "describe_load_balancers", {"LoadBalancerNames": ["legacy-clb"]},
     "LoadBalancerDescriptions[0].CreatedTime", 1_800),
    ("group", PROD_EU, "autoscaling", "describe_auto_scaling_groups", {},
     "AutoScalingGroups[0].CreatedTime", 400),
    ("database", PROD_EU, "rds", "describe_db_instances", {"DBInstanceIdentifier": "crm-archive"},
     "DBInstances[0].InstanceCreateTime", 400),
    ("database snapshot", PROD_EU, "rds", "describe_db_snapshots",
     {"DBSnapshotIdentifier": "crm-archive-2024"}, "DBSnapshots[0].SnapshotCreateTime", 260),
    ("table", PROD_EU, "dynamodb", "describe_table", {"TableName": "carts-v1"},
     "Table.CreationDateTime", 900),
    ("bucket", PROD_EU, "s3", "list_buckets", {}, "Buckets[0].CreationDate", 400),
    ("multipart upload", PROD_EU, "s3", "list_multipart_uploads", {"Bucket": "watchshop-uploads"},
     "Uploads[0].Initiated", 20),
    ("log group", PROD_EU, "logs", "describe_log_groups", {"logGroupNamePrefix": "/shop/payments"},
     "logGroups[0].creationTime", 1_100),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "service", "call", "arguments", "where", "days"),
    [pytest.param(*row[1:], id=row[0]) for row in DATED],
)
def test_it_is_as_old_as_declared(place, service, call, arguments, where, days, estate, client, ask):
    ids = ask(estate, "ids")
    named = {key: _resolved(value, ids) for key, value in arguments.items()}
    found = jmespath.search(where, getattr(client(estate, place, service), call)(**named))
    assert abs(_moment(found) - ago(days)) < timedelta(hours=1)


def _resolved(value, ids):
    if isinstance(value, list):
        return [_resolved(one, ids) for one in value]
    return ids[value[1:]] if value.startswith("@") else value


def _moment(found) -> datetime:
    """A time as AWS writes it: a timestamp, milliseconds, ISO 8601, or inside a sentence."""
    if isinstance(found, int):
        return datetime.fromtimestamp(found / 1000, UTC)
    if isinstance(found, str):
        iso = re.search(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", found)[0]
        return datetime.fromisoformat(iso).replace(tzinfo=UTC)
    return found


def test_a_started_instance_is_launched_anew(scratch, client, ask):
    ec2, instance = client(scratch, DEV_US, "ec2"), ask(scratch, "ids")["demo-box"]
    ec2.start_instances(InstanceIds=[instance])
    launched = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["LaunchTime"]
    assert abs(launched - ago(0)) < timedelta(hours=1)
    ec2.stop_instances(InstanceIds=[instance])


def test_one_volume_of_the_corrupt_dataset_is_beyond_belief(estate, scratch, client):
    def sizes(endpoint):
        return [v["Size"] for v in client(endpoint, PROD_EU, "ec2").describe_volumes()["Volumes"]]

    assert min(sizes(estate)) > 0
    assert [size for size in sizes(scratch) if size < 1] == [-1]

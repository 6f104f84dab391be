import polars as pl
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from include.aws.collect.run import collect_target, recollect
from include.aws.collect.scaling_targets import NAMESPACES
from include.aws.collect.service_quotas import SERVICES
from include.core.datasets import names, schema
from include.core.gaps import GAPS
from tests.aws.collect.conftest import new_session

ACCOUNT, REGION = "111111111111", "eu-west-1"


EMPTY = "eu-central-1"


def collect(session, *datasets, region=REGION):
    return collect_target(session, ACCOUNT, region, datasets=datasets or None)


def test_a_whole_target_is_every_dataset_stamped_with_the_account(world, session):
    collected = collect(session)
    assert {name: frame.height for name, frame in collected.frames.items()} == {
        name: len(ids) for name, ids in world.ids.items()
    }
    for name, frame in collected.frames.items():
        assert frame.schema == schema(name)
        assert set(frame["account_id"]) == {ACCOUNT}
        assert frame["arn"].null_count() == 0
    assert (collected.gaps.height, collected.gaps.schema) == (0, GAPS)


def test_an_arn_aws_does_not_send_is_built(session):
    frame = collect(session, "ebs_volumes").frames["ebs_volumes"]
    for arn, volume in frame.select("arn", "resource_id").rows():
        assert arn == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:volume/{volume}"


REFUSED = [
    ("ebs_volumes", "ec2.DescribeVolumes", "ec2:DescribeVolumes"),
    (
        "load_balancers",
        "elastic-load-balancing-v2.DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetGroups",
    ),
    ("load_balancers", "elastic-load-balancing.DescribeTags", "elasticloadbalancing:DescribeTags"),
    ("rds_instances", "rds.DescribeDBInstances", "rds:DescribeDBInstances"),
    ("dynamodb_tables", "dynamodb.DescribeTable", "dynamodb:DescribeTable"),
    ("lambda_functions", "resource-groups-tagging-api.GetResources", "tag:GetResources"),
    ("s3_buckets", "s3.ListBuckets", "s3:ListBuckets"),
    ("service_quotas", "service-quotas.ListServiceQuotas", "servicequotas:ListServiceQuotas"),
    ("lambda_limits", "lambda.GetAccountSettings", "lambda:GetAccountSettings"),
    ("ecs_services", "ecs.DescribeServices", "ecs:DescribeServices"),
]


@pytest.mark.parametrize(("dataset", "operation", "api"), REFUSED)
def test_what_aws_refuses_is_a_gap_and_never_an_empty_dataset(dataset, operation, api, session, answers):
    answers(session, operation, "AccessDenied")
    collected = collect(session, dataset, "autoscaling_groups")
    assert list(collected.frames) == ["autoscaling_groups"]
    assert collected.gaps.select("account_id", "region", "dataset", "api").rows() == [
        (ACCOUNT, REGION, dataset, api)
    ]
    assert api in collected.gaps["reason"].item()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDeniedException", "was refused"),
        ("UnauthorizedOperation", "was refused"),
        ("AuthFailure", "was refused"),
        ("OptInRequired", "was refused"),
        ("RequestLimitExceeded", "was throttled"),
        ("ThrottlingException", "was throttled"),
        ("ServiceUnavailable", "failed on AWS's side"),
    ],
)
def test_a_gap_has_the_code_and_says_what_it_means(code, why, session, answers):
    answers(session, "auto-scaling.DescribeAutoScalingGroups", code)
    gaps = collect(session, "autoscaling_groups").gaps
    assert gaps["code"].to_list() == [code]
    assert why in gaps["reason"].item()


def test_a_gap_says_what_to_allow(session, answers):
    answers(session, "ec2.DescribeVolumes", "UnauthorizedOperation")
    reason = collect(session, "ebs_volumes").gaps["reason"].item()
    assert reason.startswith("ec2:DescribeVolumes was refused: allow ec2:DescribeVolumes to the read role")


def test_a_service_nobody_answers_for_is_a_gap(session):
    def unreachable(**_):
        raise EndpointConnectionError(endpoint_url="https://rds.eu-west-1.amazonaws.com/")

    session.events.register("before-call.rds", unreachable)
    collected = collect(session, "rds_instances", "log_groups")
    assert list(collected.frames) == ["log_groups"]
    assert collected.gaps.select("dataset", "api", "code").rows() == [
        ("rds_instances", "rds:DescribeDBInstances", "EndpointConnectionError")
    ]


@pytest.mark.parametrize("code", ["InvalidParameterValue", "ValidationError", "MalformedQueryString"])
def test_an_error_of_ours_is_not_taken_for_a_gap(code, session, answers):
    answers(session, "ec2.DescribeVolumes", code)
    with pytest.raises(ClientError, match=code):
        collect(session, "ebs_volumes")


def test_an_unknown_dataset_is_an_error(session):
    with pytest.raises(KeyError, match="ebs_volume"):
        collect(session, "ebs_volume")


def test_recollecting_gives_what_is_still_there(world):
    session = new_session(EMPTY)
    ec2 = session.client("ec2")
    kept, gone = (ec2.create_volume(Size=8, AvailabilityZone=f"{EMPTY}a")["VolumeId"] for _ in range(2))
    ec2.delete_volume(VolumeId=gone)
    frame = recollect(session, ACCOUNT, "ebs_volumes", [kept, gone, kept])
    assert frame.select("account_id", "resource_id").rows() == [(ACCOUNT, kept)]


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "RequestLimitExceeded"])
def test_recollecting_never_takes_a_refusal_for_gone(code, session, answers):
    answers(session, "ec2.DescribeVolumes", code)
    with pytest.raises(ClientError, match=code):
        recollect(session, ACCOUNT, "ebs_volumes", ["vol-1"])


def test_api_calls_are_what_was_sent(session):
    calls = collect(session).api_calls
    once = {
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribePolicies",
        "autoscaling:DescribeScheduledActions",
        "dynamodb:DescribeLimits",
        "dynamodb:ListTables",
        "ec2:DescribeAddresses",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeNatGateways",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpcEndpoints",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "ecs:ListClusters",
        "ecs:ListServices",
        "elasticache:DescribeCacheClusters",
        "elasticloadbalancing:DescribeTargetGroups",
        "kinesis:ListStreams",
        "logs:DescribeLogGroups",
        "rds:DescribeDBInstances",
        "rds:DescribeDBSnapshots",
        "s3:ListBuckets",
    }
    per_resource = {
        "dynamodb:DescribeTable",
        "elasticloadbalancing:DescribeTargetHealth",
        "kinesis:DescribeStreamSummary",
        "lambda:GetFunctionConcurrency",  # some function reserves
        "s3:GetBucketLifecycleConfiguration",
        "s3:ListMultipartUploads",
    }
    assert calls == {
        **dict.fromkeys(once, 1),
        **dict.fromkeys(per_resource, 2),
        "elasticloadbalancing:DescribeLoadBalancers": 2,  # both generations
        "elasticloadbalancing:DescribeTags": 2,
        "tagging:GetResources": 6,  # DynamoDB, ElastiCache, Kinesis, Lambda, S3, Logs
        "lambda:ListFunctions": 2,  # functions, and what they reserve
        "lambda:GetAccountSettings": 2,
        "application-autoscaling:DescribeScalableTargets": len(NAMESPACES),
        "servicequotas:ListServiceQuotas": len(SERVICES),
    }


def test_frames_and_gaps_stack_over_targets(session, answers):
    """Typed frames: an empty region's and a full one's concatenate."""
    empty = collect(session, region="eu-north-1")
    full = collect(session)
    answers(session, "ec2.DescribeVolumes", "AuthFailure")
    gaps = pl.concat([empty.gaps, full.gaps, collect(session).gaps])
    assert gaps.height == 1
    for name in names():
        both = empty.frames[name].height + full.frames[name].height
        assert pl.concat([empty.frames[name], full.frames[name]]).height == both

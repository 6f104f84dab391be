import pytest
from botocore.exceptions import ClientError

from include.simulation.manifest import DEV_EU, PROD_EU, PROD_US

CALLS = {
    "ec2": ("ec2:DescribeVolumes", "describe_volumes", {}),
    "rds": ("rds:DescribeDBInstances", "describe_db_instances", {}),
    "elbv2": ("elasticloadbalancing:DescribeLoadBalancers", "describe_load_balancers", {}),
    "autoscaling": ("autoscaling:DescribeAutoScalingGroups", "describe_auto_scaling_groups", {}),
    "dynamodb": ("dynamodb:ListTables", "list_tables", {}),
    "logs": ("logs:DescribeLogGroups", "describe_log_groups", {}),
    "cloudwatch": ("cloudwatch:ListMetrics", "list_metrics", {}),
    "lambda": ("lambda:ListFunctions", "list_functions", {}),
    "s3": ("s3:ListAllMyBuckets", "list_buckets", {}),
}
CODES = {
    "denied": {
        "ec2": (403, "UnauthorizedOperation"),
        "rds": (403, "AccessDenied"),
        "elbv2": (403, "AccessDenied"),
        "autoscaling": (403, "AccessDenied"),
        "dynamodb": (400, "AccessDeniedException"),
        "logs": (400, "AccessDeniedException"),
        "cloudwatch": (400, "AccessDeniedException"),
        "lambda": (403, "AccessDeniedException"),
        "s3": (403, "AccessDenied"),
    },
    "throttled": {
        "ec2": (503, "RequestLimitExceeded"),
        "rds": (400, "Throttling"),
        "elbv2": (400, "Throttling"),
        "autoscaling": (400, "Throttling"),
        "dynamodb": (400, "ThrottlingException"),
        "logs": (400, "ThrottlingException"),
        "cloudwatch": (400, "ThrottlingException"),
        "lambda": (429, "TooManyRequestsException"),
        "s3": (503, "SlowDown"),
    },
    "failing": {
        "ec2": (500, "InternalError"),
        "rds": (500, "InternalFailure"),
        "dynamodb": (500, "InternalServerError"),
        "lambda": (500, "ServiceException"),
        "s3": (500, "InternalError"),
    },
}


@pytest.mark.parametrize(
    ("kind", "service", "status", "code"),
    [(kind, service, *expected) for kind, rows in CODES.items() for service, expected in rows.items()],
)
def test_boto3_reads_the_error_that_the_service_would_send(
    kind, service, status, code, empty, client, faulty
):
    action, method, arguments = CALLS[service]
    faulty(action=action, kind=kind)
    with pytest.raises(ClientError) as met:
        getattr(client(empty, PROD_EU, service), method)(**arguments)
    assert met.value.response["Error"]["Code"] == code
    assert met.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("s3:GetLifecycleConfiguration", lambda s3: s3.get_bucket_lifecycle_configuration(Bucket="b")),
        ("s3:ListBucketMultipartUploads", lambda s3: s3.list_multipart_uploads(Bucket="b")),
        ("s3:GetBucketTagging", lambda s3: s3.get_bucket_tagging(Bucket="b")),
        ("s3:PutLifecycleConfiguration", lambda s3: s3.delete_bucket_lifecycle(Bucket="b")),
    ],
)
def test_s3_calls_are_known_by_their_iam_action(action, call, empty, client, faulty):
    faulty(action=action)
    with pytest.raises(ClientError, match="AccessDenied"):
        call(client(empty, PROD_EU, "s3"))


def test_a_fault_hits_its_own_account_and_region_only(empty, client, faulty):
    faulty(action="ec2:DescribeVolumes", account_id=PROD_EU.account_id, region=PROD_EU.region)
    for elsewhere in (PROD_US, DEV_EU):
        assert client(empty, elsewhere, "ec2").describe_volumes()["Volumes"] == []
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        client(empty, PROD_EU, "ec2").describe_volumes()


def test_a_fault_for_two_calls_is_over_after_two(empty, client, faulty, ask):
    faulty(action="ec2:Describe*", kind="throttled", times=2)
    ec2 = client(empty, PROD_EU, "ec2")
    for _ in range(2):
        with pytest.raises(ClientError, match="RequestLimitExceeded"):
            ec2.describe_volumes()
    assert ec2.describe_volumes()["Volumes"] == []
    assert ask(empty, "faults") == []


def test_refused_calls_are_counted_too(empty, client, faulty, ask):
    def counted() -> int:
        rows = [row for row in ask(empty, "calls") if row["action"] == "ec2:DescribeKeyPairs"]
        return sum(row["calls"] for row in rows)

    before = counted()
    client(empty, PROD_EU, "ec2").describe_key_pairs()
    faulty(action="ec2:DescribeKeyPairs")
    with pytest.raises(ClientError):
        client(empty, PROD_EU, "ec2").describe_key_pairs()
    assert counted() - before == 2

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from include.aws.collect.metrics import collect_metrics
from include.core.gaps import GAPS
from include.core.metrics import METRICS, MetricNeed

AS_OF = datetime(2026, 11, 22, 21, 37, tzinfo=UTC)
END = datetime(2026, 11, 22, 21, tzinfo=UTC)
CPU = MetricNeed("ec2_instances", "AWS/EC2", "CPUUtilization", "Maximum", "InstanceId", window_days=1)
CONNECTIONS = CPU._replace(dataset="rds_instances", namespace="AWS/RDS", dimension="DBInstanceIdentifier")


def resources(*ids):
    return pl.DataFrame({"resource_id": list(ids)}, schema={"resource_id": pl.String})


def collect(cloudwatch, needs=(CPU,), frames=None):
    frames = {"ec2_instances": resources("i-1", "i-2")} if frames is None else frames
    return collect_metrics(cloudwatch, "111111111111", list(needs), frames, as_of=AS_OF, period_seconds=3600)


def result(number, *values, status="Complete"):
    at = [END - timedelta(hours=len(values) - i) for i in range(len(values))]
    return {"Id": f"q{number}", "Timestamps": at, "Values": list(values), "StatusCode": status}


@pytest.fixture
def stubbed(aws):
    """A CloudWatch client and what it will answer, in order; each answer is one page."""
    cloudwatch = aws("cloudwatch")
    with Stubber(cloudwatch) as stub:
        yield SimpleNamespace(
            client=cloudwatch,
            page=lambda *results, token=None: stub.add_response(
                "get_metric_data",
                {"MetricDataResults": list(results)} | ({"NextToken": token} if token else {}),
            ),
            refuse=lambda code: stub.add_client_error("get_metric_data", code),
            done=stub.assert_no_pending_responses,
        )


def test_every_datapoint_is_a_row_and_an_empty_series_is_one_null_row(aws):
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
                "Timestamp": END - timedelta(hours=hours),
                "Value": float(hours),
            }
            for hours in (0, 1, 2, 24, 25)  # the first is not over yet, the last is before the window
        ],
    )
    metrics, gaps = collect(cloudwatch)
    assert metrics.schema == METRICS
    assert metrics.select("resource_id", "at", "value").rows() == [
        ("i-1", END - timedelta(hours=24), 24.0),
        ("i-1", END - timedelta(hours=2), 2.0),
        ("i-1", END - timedelta(hours=1), 1.0),
        ("i-2", None, None),
    ]
    assert metrics.drop("resource_id", "at", "value").unique().rows() == [
        ("111111111111", "eu-west-1", "ec2_instances", "AWS/EC2", "CPUUtilization", "Maximum", 3600)
    ]
    assert (gaps.schema, gaps.height) == (GAPS, 0)


def test_nothing_to_ask_is_two_typed_empty_frames(stubbed):
    metrics, gaps = collect(stubbed.client, frames={"ec2_instances": resources()})
    assert (metrics.schema, metrics.height) == (METRICS, 0)
    assert (gaps.schema, gaps.height) == (GAPS, 0)


def test_a_dataset_that_could_not_be_read_is_not_asked_for(stubbed):
    assert collect(stubbed.client, frames={})[0].height == 0


def test_a_resource_without_the_dimension_is_not_asked_for(stubbed):
    need = CPU._replace(dataset="load_balancers", source="metric_dimension")
    frame = pl.DataFrame(
        {"resource_id": ["a"], "metric_dimension": [None]}, schema_overrides={"metric_dimension": pl.String}
    )
    assert collect(stubbed.client, [need], {"load_balancers": frame})[0].height == 0


def test_500_series_go_into_one_call_and_the_rest_into_the_next(aws):
    cloudwatch, asked = aws("cloudwatch"), []
    cloudwatch.meta.events.register(
        "before-parameter-build", lambda params, **_: asked.append(len(params["MetricDataQueries"]))
    )
    metrics, _ = collect(cloudwatch, frames={"ec2_instances": resources(*(f"i-{i}" for i in range(1001)))})
    assert asked == [500, 500, 1]
    assert metrics["resource_id"].n_unique() == metrics.height == 1001


def test_a_series_that_goes_on_in_the_next_page_is_complete(stubbed):
    stubbed.page(result(0, 1.0, status="PartialData"), result(1, 9.0), token="more")
    stubbed.page(result(0, 2.0, 3.0))
    metrics, gaps = collect(stubbed.client)
    assert metrics.select("resource_id", "value").rows() == [
        ("i-1", 1.0),
        ("i-1", 2.0),
        ("i-1", 3.0),
        ("i-2", 9.0),
    ]
    assert gaps.height == 0
    stubbed.done()


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_a_series_that_ends_unfinished_is_a_gap(status, stubbed):
    stubbed.page(result(0, 1.0, status=status), result(1, 2.0, status=status))
    _, gaps = collect(stubbed.client)
    assert gaps.select("account_id", "region", "dataset", "api", "code").rows() == [
        ("111111111111", "eu-west-1", "ec2_instances", "cloudwatch:GetMetricData", status)
    ]


def test_a_series_aws_does_not_mention_is_a_gap(stubbed):
    stubbed.page(result(0, 1.0))
    assert collect(stubbed.client)[1]["code"].to_list() == ["Missing"]


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling", "InternalServiceError"])
def test_a_refused_call_is_one_gap_per_dataset_and_no_rows(code, stubbed):
    stubbed.refuse(code)
    frames = {"ec2_instances": resources("i-1"), "rds_instances": resources("db-1")}
    metrics, gaps = collect(stubbed.client, [CPU, CONNECTIONS], frames)
    assert metrics.height == 0
    assert gaps.select("dataset", "code").rows() == [("ec2_instances", code), ("rds_instances", code)]


def test_a_call_nobody_answers_is_a_gap(aws):
    def silent(**_):
        raise ReadTimeoutError(endpoint_url="https://monitoring.eu-west-1.amazonaws.com/")

    cloudwatch = aws("cloudwatch")
    cloudwatch.meta.events.register("before-call", silent)
    assert collect(cloudwatch)[1]["code"].to_list() == ["ReadTimeoutError"]


def test_an_error_of_ours_is_not_taken_for_a_gap(stubbed):
    stubbed.refuse("InvalidParameterValue")
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        collect(stubbed.client)


def test_a_refused_batch_leaves_the_others_whole(aws, answers):
    cloudwatch = aws("cloudwatch")
    answers(cloudwatch, "cloudwatch.GetMetricData", "Throttling", only_for="i-0")
    frames = {"ec2_instances": resources(*(f"i-{i}" for i in range(10, 511))), "rds_instances": resources()}
    frames["ec2_instances"][0, "resource_id"] = "i-0"
    metrics, gaps = collect(cloudwatch, frames=frames)
    assert metrics.height == 1
    assert gaps["dataset"].to_list() == ["ec2_instances"]


def test_needs_that_differ_in_their_window_are_read_once_with_the_longest(aws):
    cloudwatch, asked = aws("cloudwatch"), []
    cloudwatch.meta.events.register("provide-client-params", lambda params, **_: asked.append(params))
    collect(cloudwatch, [CPU, CPU._replace(window_days=14), CPU._replace(window_days=7)])
    assert [(one["StartTime"], one["EndTime"]) for one in asked] == [(END - timedelta(days=14), END)]
    assert len(asked[0]["MetricDataQueries"]) == 2


def test_needs_with_other_windows_are_asked_for_their_own(aws):
    cloudwatch, asked = aws("cloudwatch"), []
    cloudwatch.meta.events.register("provide-client-params", lambda params, **_: asked.append(params))
    frames = {"ec2_instances": resources("i-1"), "rds_instances": resources("db-1")}
    collect(cloudwatch, [CPU._replace(window_days=14), CONNECTIONS._replace(window_days=7)], frames)
    assert [END - one["StartTime"] for one in asked] == [timedelta(days=7), timedelta(days=14)]


def test_the_dimension_may_be_another_column_than_the_id(stubbed):
    need = CPU._replace(dataset="load_balancers", dimension="LoadBalancer", source="metric_dimension")
    frame = pl.DataFrame({"resource_id": ["arn:1"], "metric_dimension": ["app/web/1"]})
    asked = []
    stubbed.client.meta.events.register(
        "before-parameter-build", lambda params, **_: asked.extend(params["MetricDataQueries"])
    )
    stubbed.page(result(0, 1.0))
    metrics, _ = collect(stubbed.client, [need], {"load_balancers": frame})
    assert asked[0]["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "LoadBalancer", "Value": "app/web/1"}]
    assert metrics["resource_id"].to_list() == ["arn:1"]


SERVICES = MetricNeed("ecs_services", "AWS/ECS", "CPUUtilization", "Maximum", "ClusterName", "cluster_name",
                      also=(("ServiceName", "service_name"),))  # fmt: skip
BUCKETS = MetricNeed("s3_buckets", "AWS/S3", "BucketSizeBytes", "Average", "BucketName",
                     also=(("StorageType", "=StandardStorage"),), period_seconds=86_400)  # fmt: skip
QUOTAS = MetricNeed("service_quotas", "AWS/Usage", "ResourceCount", "Maximum", "", "usage_dimensions",
                    where=(("usage_metric", ("ResourceCount",)),))  # fmt: skip
USAGE = [{"key": "Resource", "value": "vCPU"}, {"key": "Service", "value": "EC2"}]
QUOTA_ROWS = pl.DataFrame({
    "resource_id": ["ec2/L-1", "rds/L-2"],
    "usage_metric": ["ResourceCount", None],
    "usage_dimensions": [USAGE, []],
})
DIMENSIONS = [
    (
        "two columns",
        SERVICES,
        pl.DataFrame({"resource_id": ["shop/web"], "cluster_name": ["shop"], "service_name": ["web"]}),
        [{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": "web"}],
    ),
    (
        "a column and a value",
        BUCKETS,
        resources("logs"),
        [{"Name": "BucketName", "Value": "logs"}, {"Name": "StorageType", "Value": "StandardStorage"}],
    ),
    ("none: the account's own", CPU._replace(dimension=""), resources("account"), []),
    (
        "those a row lists, and only where it has them",
        QUOTAS,
        QUOTA_ROWS,
        [{"Name": "Resource", "Value": "vCPU"}, {"Name": "Service", "Value": "EC2"}],
    ),
]


@pytest.mark.parametrize(
    ("need", "frame", "dimensions"), [c[1:] for c in DIMENSIONS], ids=[c[0] for c in DIMENSIONS]
)
def test_a_series_is_asked_for_by_its_dimensions(need, frame, dimensions, stubbed):
    asked = []
    stubbed.client.meta.events.register(
        "before-parameter-build", lambda params, **_: asked.extend(params["MetricDataQueries"])
    )
    stubbed.page(result(0, 1.0))
    metrics, _ = collect(stubbed.client, [need], {need.dataset: frame})
    assert [one["MetricStat"]["Metric"]["Dimensions"] for one in asked] == [dimensions]
    assert metrics["resource_id"].to_list() == frame["resource_id"].to_list()[:1]


def test_only_the_resources_a_need_is_about_are_asked_for(stubbed):
    frame = pl.DataFrame({"resource_id": ["i-1", "i-2", "i-3"], "state": ["running", "stopped", None]})
    stubbed.page(result(0, 1.0))
    need = CPU._replace(where=(("state", ("running", "pending")),))
    metrics, _ = collect(stubbed.client, [need], {"ec2_instances": frame})
    assert metrics["resource_id"].to_list() == ["i-1"]


def test_a_statistic_two_needs_want_is_read_once_whoever_wants_more_of_it(aws):
    cloudwatch, asked = aws("cloudwatch"), []
    cloudwatch.meta.events.register("provide-client-params", lambda params, **_: asked.append(params))
    frame = pl.DataFrame({"resource_id": ["i-1", "i-2"], "state": ["running", "stopped"]})
    running = CPU._replace(where=(("state", ("running",)),), window_days=92)
    metrics, _ = collect(cloudwatch, [CPU, running], {"ec2_instances": frame})
    assert [(END - one["StartTime"]).days for one in asked] == [1, 92]
    assert metrics["resource_id"].to_list() == ["i-2", "i-1"]


def test_a_daily_metric_is_read_by_the_day(aws):
    cloudwatch, asked = aws("cloudwatch"), []
    cloudwatch.meta.events.register("provide-client-params", lambda params, **_: asked.append(params))
    frames = {"s3_buckets": resources("logs"), "ec2_instances": resources("i-1")}
    metrics, _ = collect(cloudwatch, [BUCKETS._replace(window_days=1), CPU], frames)
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    assert [(one["StartTime"], one["EndTime"]) for one in asked] == [
        (END - timedelta(days=1), END),
        (midnight - timedelta(days=1), midnight),
    ]
    assert metrics["period_seconds"].to_list() == [3600, 86_400]

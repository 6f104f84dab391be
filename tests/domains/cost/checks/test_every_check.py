"""What every check must be and keep, whichever it is: a new file is tested here without being named."""

import importlib
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from include.core.datasets import names, schema
from include.core.findings import FINDINGS, Status
from tests.domains.cost.world import AS_OF, CHECKS, estate, judged, resource, series

IDS = sorted(CHECKS)
WITH_TELEMETRY = [name for name in IDS if CHECKS[name].METRICS]
ABSENCE_IS_EVIDENCE = {"ebs_unattached", "dynamodb_unused"}
"""Their metrics are sent only while something happens: no datapoint is what they look for."""
WORDS = {
    "state": ["running", "stopped", "available"],
    "instance_type": [
        "m6i.xlarge",
        "m6i.large",
        "t3.2xlarge",
        "m4.large",
        "m3.large",
        "g5.xlarge",
        "zz9.large",
    ],
    "instance_class": ["db.m5.xlarge", "db.t3.medium", "db.m5.large", "db.zz9.large"],
    "volume_type": ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"],
    "platform": ["linux", "windows"],
    "lifecycle": ["on-demand", "spot"],
    "architecture": ["x86_64", "arm64"],
    "root_device_type": ["ebs", "instance-store"],
    "engine": ["postgres", "mysql", "sqlserver-se", "db2-se"],
    "billing_mode": ["PROVISIONED", "PAY_PER_REQUEST"],
    "kind": ["application", "network", "classic", "gateway"],
    "managed_by": ["autoscaling", "cloudformation", "eks", "aws_backup"],
    "storage_tier": ["standard", "archive"],
    "tenancy": ["default", "dedicated"],
    "environment": ["production", "development"],
    "lifecycle_rules": ["[]"],
}
SKUS = [
    *(f"ec2:m6i.{size}:linux" for size in ["2xlarge", "xlarge", "large"]),
    *(f"ec2:{name}:linux" for name in ["t3.2xlarge", "t3.xlarge", "m4.xlarge", "m5.xlarge"]),
    *(f"rds:db.{name}:postgres:single" for name in ["m5.xlarge", "m5.large", "t3.medium", "t3.small"]),
    *(f"ebs:{kind}:gib-month" for kind in [*WORDS["volume_type"], "snapshot", "snapshot-archive"]),
    *(f"ebs:{kind}:iops-month" for kind in ["gp3", "io1", "io2"]),
    *(f"elb:{kind}:hour" for kind in WORDS["kind"]),
    "ebs:gp3:mibps-month", "eip:idle:hour", "nat:hour", "dynamodb:rcu:hour", "dynamodb:wcu:hour",
    "s3:standard:gib-month", "logs:stored:gib-month",
]  # fmt: skip
NUMBERS = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 4.9, 39.0, 1e6, 1e11]))
PRICES = st.one_of(st.none(), st.sampled_from([0.0, 0.01, 0.1, 1.0]))
RARELY = st.sampled_from([False] * 14 + [True])


def example(check_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A resource that the check finds, and its telemetry: FOUND and SEEN of the check's own tests."""
    module = importlib.import_module(f"tests.domains.cost.checks.test_{check_id}")
    return module.FOUND, getattr(module, "SEEN", {})


def known(check_id: str) -> list[str]:
    return [name for name in CHECKS[check_id].READS if name in names()]


@pytest.mark.parametrize("check_id", IDS)
def test_it_is_whole(check_id):
    check = CHECKS[check_id]
    assert (check.__doc__ or "").count("\n") >= 3, "say what, the threshold's source, and what the saving is"
    assert check.READS
    assert known(check_id) == list(check.READS)
    assert all(need.dataset in check.READS for need in check.METRICS)
    assert all(column in schema(dataset) for dataset, column in check.HISTORY.items())
    assert check.SEVERITY in {"low", "medium", "high", "critical"}
    assert check.ACTION is None or check.ACTION.count(".") == 1
    assert issubclass(check.Thresholds, BaseModel)
    assert check.Thresholds.model_config["frozen"]
    assert check.Thresholds.model_config["extra"] == "forbid"
    assert all(field.description for field in check.Thresholds.model_fields.values())
    check.Thresholds()  # every threshold has a default


@pytest.mark.parametrize("check_id", IDS)
def test_it_finds_nothing_in_an_empty_estate(check_id):
    check = CHECKS[check_id]
    found = check.judge(estate(), check.Thresholds(), as_of=AS_OF).collect()
    assert found.schema == FINDINGS
    assert found.is_empty()


@pytest.mark.parametrize("check_id", IDS)
def test_a_resource_of_which_nothing_is_known_is_never_in_order_nor_found(check_id):
    """Two columns say something by being null: no association, and kept for ever."""
    nothing = {"eip_unassociated": "UNKNOWN", "log_group_no_retention": "FAIL"}
    world = estate(**{CHECKS[check_id].READS[0]: [resource()]})
    assert judged(check_id, world)["r-1"]["status"] == nothing.get(check_id, "UNKNOWN")


@pytest.mark.parametrize("check_id", IDS)
def test_its_example_is_found_and_forgetting_a_column_never_puts_it_in_order(check_id):
    values, seen = example(check_id)
    stats = series(check_id, **seen) if CHECKS[check_id].METRICS else []
    for changed in [{}, *({name: None} for name in values)]:
        row = resource(**(values | changed))
        since = {"r-1": AS_OF - timedelta(days=60)}
        found = judged(check_id, estate(stats, since=since, **{CHECKS[check_id].READS[0]: [row]}))["r-1"]
        assert found["status"] in ({"FAIL", "UNKNOWN"} if changed else {"FAIL"}), changed


@st.composite
def worlds(draw: st.DrawFn, check_id: str) -> dict[str, pl.LazyFrame]:
    """Variations of the check's example: any column and any number may be something else, or nothing."""
    check = CHECKS[check_id]
    values, seen = example(check_id)
    rows = [
        resource(f"r-{n}", **_values(draw, check.READS[0], values)) for n in range(draw(st.integers(1, 2)))
    ]
    stats = [_series(draw, one) for row in rows for one in _stats(check_id, row["resource_id"], seen)]
    other = {name: [resource("r-9", **_values(draw, name, {}))] for name in check.READS[1:]}
    since = {"r-0": AS_OF - timedelta(days=draw(st.sampled_from([0, 6, 7, 60, 60, 60])))}
    usual = {sku: 10 / n for n, sku in enumerate(SKUS, 1)}
    priced = {sku: draw(PRICES) for sku in SKUS} if draw(st.booleans()) else usual
    return estate([s for s in stats if s], priced, since, **{check.READS[0]: rows}, **other)


def _values(draw: st.DrawFn, dataset: str, usual: dict[str, Any]) -> dict[str, Any]:
    return usual | {
        name: draw(_column(name, dtype))
        for name, dtype in schema(dataset).items()
        if name not in {"account_id", "region", "resource_id", "tags", "arn", "name"} and draw(RARELY)
    }


def _stats(check_id: str, resource_id: str, seen: dict[str, Any]) -> list[dict[str, Any]]:
    return series(check_id, resource_id, **seen) if CHECKS[check_id].METRICS else []


def _column(name: str, dtype: Any) -> st.SearchStrategy[Any]:
    if name in WORDS:
        return st.one_of(st.none(), *[st.sampled_from(WORDS[name])] * 3)
    if dtype == pl.Int64:
        return st.one_of(st.none(), st.sampled_from([0, 1, 7, 100, 2000, 100_000]))
    if dtype == pl.Boolean:
        return st.one_of(st.none(), st.booleans())
    if isinstance(dtype, pl.Datetime):
        return st.one_of(
            st.none(), st.sampled_from([1, 7, 14, 30, 90, 700]).map(lambda d: AS_OF - timedelta(days=d))
        )
    if isinstance(dtype, pl.List):
        return st.sampled_from([None, [], ["r-0"], ["r-9"]])
    return st.sampled_from([None, "x", "r-0"])


def _series(draw: st.DrawFn, usual: dict[str, Any]) -> dict[str, Any] | None:
    """A series with another number, another coverage, or never asked for."""
    coverage = draw(st.sampled_from([*[usual["coverage"]] * 8, None, 0.0, 0.5, 0.899, 0.9, 1.0]))
    if coverage is None:
        return None
    whole = usual["window_days"] * 24
    numbers = {name: draw(NUMBERS) for name in ("min", "max", "mean", "sum", "p95", "p99") if draw(RARELY)}
    return usual | numbers | {"coverage": coverage, "sample_count": int(coverage * whole)}


@pytest.mark.parametrize("check_id", IDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_estate_its_findings_keep_their_word(check_id, data):
    for found in judged(check_id, data.draw(worlds(check_id))).values():
        failed = found["status"] == Status.FAIL
        assert found["status"] in {Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE}
        assert (found["reason"] == "") == (found["status"] == Status.PASS)
        assert (found["check_id"], found["resource_type"]) == (check_id, CHECKS[check_id].READS[0])
        saving = found["saving_usd_month"]
        assert saving is None or (failed and saving > 0)
        assert (saving is None) == (found["price_source"] is None) == (found["price_date"] is None)
        assert found["action"] in ({None, CHECKS[check_id].ACTION} if failed else {None})
        assert (found["action"] is None) == (found["params"] is None)
        assert found["params"] is None or None not in found["params"].values()
        assert failed == bool(found["evidence"])


@pytest.mark.parametrize("check_id", [name for name in WITH_TELEMETRY if name not in ABSENCE_IS_EVIDENCE])
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_with_too_little_history_nothing_is_found_and_nothing_in_order(check_id, data):
    world = data.draw(worlds(check_id))
    thin = pl.col("coverage").clip(upper_bound=0.899)
    for found in judged(
        check_id, world | {"metric_stats": world["metric_stats"].with_columns(thin)}
    ).values():
        assert found["status"] in {Status.UNKNOWN, Status.NOT_APPLICABLE}


@pytest.mark.parametrize("check_id", IDS)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_without_a_price_book_nothing_is_worth_anything_yet_as_much_is_unknown(check_id, data):
    world = data.draw(worlds(check_id))
    blind = judged(check_id, world | {"prices": world["prices"].clear()})
    assert all(row["saving_usd_month"] is None for row in blind.values())
    seen = judged(check_id, world)
    unknown = {name for name, row in seen.items() if row["status"] == Status.UNKNOWN}
    assert unknown == {name for name, row in blind.items() if row["status"] == Status.UNKNOWN}

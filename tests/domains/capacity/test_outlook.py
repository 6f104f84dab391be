"""What an engineer reads and what becomes a finding: status, severity, money, what to do, and what if."""

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from include.core.findings import FINDING_COUNTS, FINDINGS
from include.core.forecasts import OUTLOOKS
from include.core.planning import WhatIf
from include.core.prices import PRICES
from include.domains.capacity.days_ahead import days_ahead
from include.domains.capacity.findings import counts, findings
from include.domains.capacity.outlook import outlooks
from include.domains.capacity.preparation import prepare
from include.domains.capacity.world import nodes
from tests.domains.capacity.made import AS_OF, GROWTH, days_of, entities, rising, saturation, table

DAY = timedelta(days=1)
GIB = 1024**3
INSTANCE = {"resource_id": "i-1", "name": "web", "environment": "production", "instance_type": "m5.large",
            "platform": "linux", "lifecycle": "on-demand", "state": "running"}  # fmt: skip

QUOTA = {"resource_id": "ec2/L-1", "service_code": "ec2", "quota_code": "L-1", "adjustable": True}


def prices(**skus):
    rows = [
        {"region": "eu-west-1", "sku": sku.replace("__", ":").replace("_", "."), "usd": usd, "unit": "hour",
         "price_source": "this test", "price_date": date(2026, 1, 1)}
        for sku, usd in skus.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=PRICES)


BOOK = prices(ec2__m5_large__linux=0.1, ec2__m5_xlarge__linux=0.2)


def looked(*frames, estate=None, book=BOOK, what_if=None, **of_table):
    estate = estate if estate is not None else entities(ec2_instances=[INSTANCE])
    series = table(**(of_table or {"ec2_cpu": {}}))
    prepared = prepare(pl.concat(frames), series, as_of=AS_OF)
    fleets = nodes(prepared.profiles, estate)
    ahead = days_ahead(prepared, series, as_of=AS_OF, what_if=what_if, nodes=fleets)
    frame = outlooks(prepared, ahead, estate, book, series, as_of=AS_OF, what_if=what_if)
    assert frame.schema == OUTLOOKS
    return frame


def one(*frames, **given):
    return looked(*frames, **given).row(0, named=True)


def cpu(peaks, **different):
    return saturation(days_of(peaks), kind="ec2_cpu", **different)


def test_a_plan_is_due_when_the_threshold_comes_within_the_lead_time():
    found = one(cpu(rising(40, 76)))
    assert (found["status"], found["name"], found["environment"]) == ("FAIL", "web", "production")
    assert found["threshold_p50"] < AS_OF + 30 * DAY
    assert found["headroom"] == pytest.approx(80 - found["usage"])
    assert found["peak_day"] == found["usage"] <= found["peak_week"] <= found["peak_month"]
    assert found["peak_quarter"] is None, "there are sixty days only"
    assert found["days_left"] == (found["exhausts_p50"] - AS_OF).days


def test_its_days_are_those_of_the_policy_s_time_zone():
    """A day in Auckland begins at 11 or 12 o'clock of the day before in UTC."""
    found = one(cpu(rising(40, 76)), time_zone="Pacific/Auckland", ec2_cpu={})
    begins = found["threshold_p50"]
    assert begins.hour in {11, 12}
    assert f"reached on {begins + DAY:%Y-%m-%d} " in found["reason"]


def test_none_is_due_while_it_is_further_away():
    found = one(cpu(rising(40, 50)))
    assert (found["status"], found["severity"], found["recommended_limit"]) == ("PASS", "low", None)
    assert findings(looked(cpu(rising(40, 50))), table(ec2_cpu={})).is_empty()


def test_a_longer_lead_time_makes_it_due():
    frame = cpu(rising(40, 60))
    for days, status in ((7, "PASS"), (120, "FAIL")):
        assert one(frame, ec2_cpu={"planning": {"lead_time_days": days}})["status"] == status


@pytest.mark.parametrize(
    ("last", "severity"),
    [(76, "medium"), (99, "critical")],
)
def test_severity_follows_the_risk(last, severity):
    assert one(cpu(rising(40, last)))["severity"] == severity


def test_the_recommended_limit_holds_and_has_its_price():
    found = one(cpu(rising(60, 90)))
    assert (found["action"], json.loads(found["params"])) == (
        "ec2.modify_instance_type", {"instance_type": "m5.xlarge"}
    )  # fmt: skip
    assert found["recommended_limit"] == 200
    assert (found["cost_usd_month"], found["price_source"]) == (pytest.approx(73.0), "this test")
    assert "in 90 days" in found["recommended_for"]


def test_an_unknown_price_is_null_and_never_0():
    found = one(cpu(rising(40, 90)), book=prices())
    assert (found["status"], found["cost_usd_month"], found["price_source"]) == ("FAIL", None, None)


def test_a_price_of_zero_is_an_unknown_one():
    zero = prices(ec2__m5_large__linux=0.1, ec2__m5_xlarge__linux=0.0)
    assert one(cpu(rising(40, 90)), book=zero)["cost_usd_month"] is None


def test_what_is_known_to_be_free_costs_0_and_is_no_saving():
    estate = entities(service_quotas=[QUOTA])
    kind = {"quota": {"dataset": "service_quotas"}}
    frame = saturation(
        days_of(rising(40, 90)), kind="quota", name="ec2/L-1", limit=100.0, resource_type="service_quotas"
    )
    found = looked(frame, estate=estate, **kind)
    assert (found["cost_usd_month"].item(), "charges nothing" in found["price_source"].item()) == (0, True)
    assert str(findings(found, table(**kind))["saving_usd_month"].item()) == "0.0", "not -0.0"


def test_once_the_recommended_limit_is_there_the_plan_is_no_longer_due():
    for last in (60, 80, 99, 130):
        found = one(cpu(rising(40, last)), ec2_cpu={"planning": {"lead_time_days": 60}})
        assert found["status"] == "FAIL"
        raised = cpu(rising(40, last), limit=found["recommended_limit"])
        assert one(raised, ec2_cpu={"planning": {"lead_time_days": 60}})["status"] == "PASS"


GROUP = {"resource_id": "web", "min_size": 2, "max_size": 4, "desired_capacity": 2, "instance_ids": ["i-1"],
         "scheduled_actions": [], "scaling_policies": []}  # fmt: skip


def group_of(busy, **different):
    """An outlook on a group's CPU: high in the hours that are `busy`, in the two months up to AS_OF."""
    noise = np.random.default_rng(1).uniform(0, 3, 60 * 24)
    hours = [AS_OF - timedelta(hours=60 * 24 - n) for n in range(60 * 24)]
    usage = [86 + more if busy(at) else 40 + more for at, more in zip(hours, noise, strict=True)]
    frame = saturation(usage, kind="asg_cpu", name="web", resource_type="autoscaling_groups")
    estate = entities(autoscaling_groups=[GROUP | different], ec2_instances=[INSTANCE])
    return one(frame, estate=estate, asg_cpu={"dataset": "autoscaling_groups"})


def test_a_group_busy_in_office_hours_only_is_to_be_larger_by_schedule_and_for_those_hours_money():
    found = group_of(lambda at: at.weekday() < 5 and 8 <= at.hour < 18)
    assert (found["status"], found["action"]) == ("FAIL", "autoscaling.set_schedule")
    assert json.loads(found["params"])["scheduled"] == {
        "watchkeeper-raise": {"recurrence": "0 7 * * 1,2,3,4,5", "time_zone": "UTC", "min_size": 3},
        "watchkeeper-return": {
            "recurrence": "0 18 * * 1,2,3,4,5", "time_zone": "UTC", "min_size": 2, "desired_capacity": 2,
        },
    }  # fmt: skip
    assert "Monday to Friday from 08:00 to 18:00 (UTC)" in found["recommended_for"]
    assert found["cost_usd_month"] == pytest.approx(55 * 730 / 168 * 0.1)


@pytest.mark.parametrize(
    "busy",
    [
        pytest.param(lambda at: True, id="all week"),
        pytest.param(lambda at: at.toordinal() % 4 == at.hour % 8, id="at hours that wander"),
    ],
)
def test_a_group_busy_at_other_hours_too_is_to_be_larger_all_week(busy):
    found = group_of(busy)
    assert (found["status"], found["action"]) == ("FAIL", "autoscaling.set_group_limits")
    assert found["cost_usd_month"] == pytest.approx(730 * 0.1)


def test_what_cloudformation_made_is_changed_in_its_template():
    found = one(
        cpu(rising(40, 90)), estate=entities(ec2_instances=[INSTANCE | {"managed_by": "cloudformation"}])
    )
    assert (found["status"], found["action"], found["params"]) == ("FAIL", None, None)
    assert "change its template" in found["recommended_for"]


def test_an_unknown_limit_is_unknown_with_the_reason():
    frame = cpu(rising(40, 90), limit=None, reason="The limit is not known: max_size.")
    found = one(frame)
    assert (found["status"], found["reason"]) == ("UNKNOWN", "The limit is not known: max_size.")


def test_too_little_history_is_unknown_and_says_how_full_it_is():
    found = one(cpu([95] * 5))
    assert found["status"] == "UNKNOWN"
    assert found["reason"] == (
        "Only 5 of the 14 days needed to forecast from. The newest peak is 95% of the limit."
    )


def test_growth_without_a_limit_is_money():
    estate = entities(s3_buckets=[{"resource_id": "b"}])
    kind = {"s3_bytes": GROWTH | {"dataset": "s3_buckets", "statistic": "Average"}}
    frame = saturation(
        [float(x) for x in rising(1000 * GIB, 1600 * GIB, noise=GIB)], step=DAY, kind="s3_bytes", name="b",
        limit=None, resource_type="s3_buckets",
    )  # fmt: skip
    found = one(frame, estate=estate, book=prices(**{"s3__standard__gib-month": 0.02}), **kind)
    assert (found["status"], found["limit"], found["exhausts_p50"]) == ("PASS", None, None)
    assert found["cost_usd_month"] == pytest.approx(300 * 0.02, rel=0.1)
    assert "a month expected" in found["reason"]


def test_what_if_stands_beside_base_and_says_what_was_asked():
    frame = looked(cpu(rising(40, 60)), what_if=WhatIf(growth_factor=3))
    base, asked = (
        frame.row(by_predicate=pl.col("scenario") == name, named=True) for name in ("base", "what_if")
    )
    assert asked["exhausts_p50"] < base["exhausts_p50"]
    assert asked["reason"].startswith("With growth x 3: ")
    assert findings(frame, table(ec2_cpu={})).is_empty(), "a question is no finding"
    assert (asked["status"], base["status"]) == ("FAIL", "PASS")


def test_a_node_fewer_is_a_fleet_with_less_room():
    group = {"resource_id": "web", "min_size": 2, "max_size": 8, "desired_capacity": 4, "instance_ids": []}
    kind = {"asg_cpu": {"dataset": "autoscaling_groups"}}
    frame = saturation(
        days_of(rising(70, 70)), kind="asg_cpu", name="web", resource_type="autoscaling_groups"
    )
    found = looked(
        frame, estate=entities(autoscaling_groups=[group]), what_if=WhatIf(removed_nodes=1), **kind
    ).row(by_predicate=pl.col("scenario") == "what_if", named=True)
    assert (found["limit"], found["status"]) == (75.0, "FAIL")
    assert json.loads(found["params"])["desired_capacity"] >= 4


def test_findings_carry_action_cost_and_evidence():
    found = findings(looked(cpu(rising(60, 90))), table(ec2_cpu={}))
    assert found.schema == FINDINGS
    row = found.row(0, named=True)
    assert (row["domain"], row["check_id"], row["status"]) == ("capacity", "ec2_cpu", "FAIL")
    assert row["saving_usd_month"] == pytest.approx(-73.0)
    assert json.loads(row["evidence"])["resource_id"] == "i-1"
    assert row["reason"].endswith("with 20% to spare.")
    assert row["window_days"] == 14, "100 % is the limit of the larger machine too: it has to be seen anew"


def test_a_tables_scaling_target_is_the_resource_that_changes():
    dimension = "dynamodb:table:ReadCapacityUnits"
    estate = entities(
        dynamodb_tables=[{"resource_id": "orders", "table_read_capacity": 5, "table_write_capacity": 5}],
        scaling_targets=[
            {"resource_id": f"table/orders/{dimension}", "min_capacity": 5, "max_capacity": 100}
        ],
    )
    frame = saturation(
        days_of(rising(40, 90)), kind="dynamodb_read", name="orders", resource_type="dynamodb_tables"
    )
    kind = {"dynamodb_read": {"dataset": "dynamodb_tables", "limit": [{"column": "table_read_capacity"}]}}
    row = findings(looked(frame, estate=estate, **kind), table(**kind)).row(0, named=True)
    assert row["window_days"] is None, "a change moves the limit, and the usage is what it was"
    assert (row["resource_type"], row["resource_id"]) == ("scaling_targets", f"table/orders/{dimension}")
    assert row["action"] == "applicationautoscaling.set_scaling_target"
    assert json.loads(row["params"])["max_capacity"] > 100


def test_unknown_is_a_finding_without_action_and_everything_is_counted():
    frame = looked(cpu([95] * 5), cpu(rising(40, 50), name="i-2"))
    found = findings(frame, table(ec2_cpu={}))
    assert found.select("resource_id", "status", "action").rows() == [("i-1", "UNKNOWN", None)]
    assert counts(frame).schema == FINDING_COUNTS
    assert counts(frame).select("check_id", "status", "n").rows() == [
        ("ec2_cpu", "PASS", 1),
        ("ec2_cpu", "UNKNOWN", 1),
    ]


def test_soonest_comes_first():
    frame = looked(cpu(rising(40, 60)), cpu(rising(40, 90), name="i-2"), cpu(rising(50, 50), name="i-3"))
    assert frame["resource_id"].to_list() == ["i-2", "i-1", "i-3"]

"""What all sweeps share: one domain's findings never touch another's."""

from datetime import UTC, datetime

import polars as pl
import pytest

from include.core.errors import WatchkeeperError
from include.core.findings import FINDING_COUNTS, FINDINGS
from include.flows import sweeping
from include.lake import Lake

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
TARGET = "111111111111/eu-west-1"


@pytest.fixture
def lake(tmp_path, monkeypatch, postgres_url):
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("WATCHKEEPER_LEDGER", postgres_url)
    made = Lake.from_env()
    made.close("s1", as_of=AS_OF, targets=[TARGET], resources=0)
    return made


def found(domain, *resources):
    rows = [
        {"check_id": "c", "domain": domain, "account_id": "111111111111", "region": "eu-west-1",
         "resource_type": "ebs_volumes", "resource_id": one, "status": "FAIL", "action": "ec2.no_such_action"}
        for one in resources
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=FINDINGS)


def keep(lake, domain, *resources):
    counts = pl.DataFrame([{"check_id": "c", "status": "FAIL", "n": len(resources)}], schema=FINDING_COUNTS)
    sweeping.keep(lake, lake.snapshot("s1"), domain, found(domain, *resources), counts)


def plan(domain, *, dry_run=False, **only):
    return sweeping.plan(
        domain, "s1", dry_run=dry_run, requester=None, dag_id="a_sweep", run_id=domain, **only
    )


def test_a_domain_replaces_its_own_findings_and_no_other_s(lake):
    keep(lake, "cost", "vol-1")
    keep(lake, "capacity", "vol-2", "vol-3")
    keep(lake, "cost", "vol-4")
    kept = lake.read("findings", "s1").select("domain", "resource_id").sort("resource_id").collect().rows()
    assert kept == [("capacity", "vol-2"), ("capacity", "vol-3"), ("cost", "vol-4")]
    counted = lake.read("finding_counts", "s1").sort("domain").collect()
    assert counted.select("domain", "n").rows() == [("capacity", 2), ("cost", 1)]


def test_only_the_domain_s_own_findings_are_planned_and_what_cannot_be_is_kept_with_the_reason(lake):
    keep(lake, "cost", "vol-1")
    keep(lake, "capacity", "vol-2")
    assert plan("cost") == []
    assert plan("capacity") == []
    left_out = lake.read("left_out", "s1").sort("domain").collect()
    assert left_out.select("domain", "resource_id").rows() == [("capacity", "vol-2"), ("cost", "vol-1")]
    assert all("no_such_action" in why for why in left_out["why"])


@pytest.mark.parametrize(
    ("only", "planned"),
    [
        ({}, 1),
        ({"targets": [TARGET], "checks": ["c"]}, 1),
        ({"targets": ["111111111111/us-east-1"]}, 0),
        ({"checks": ["d"]}, 0),
        ({"checks": []}, 0),
    ],
)
def test_only_what_is_asked_for_is_planned(lake, only, planned):
    keep(lake, "cost", "vol-1")
    plan("cost", **only)
    assert lake.read("left_out", "s1").collect().height == planned
    assert lake.read("findings", "s1").collect().height == 1


def test_a_dry_run_plans_nothing(lake):
    keep(lake, "cost", "vol-1")
    assert plan("cost", dry_run=True) == []
    assert lake.read("left_out", "s1").collect().is_empty()


def test_a_target_that_the_snapshot_lacks_is_named(lake):
    with pytest.raises(WatchkeeperError, match=f"999999999999/x not in snapshot s1; it has: {TARGET}"):
        sweeping.snapshot_with(lake, None, [TARGET, "999999999999/x"])

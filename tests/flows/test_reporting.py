"""A capacity report says what the lake and the ledger hold of its run, and nothing of another domain's."""

import polars as pl
import pytest

from include.core.findings import LEFT_OUT
from include.core.gaps import GAPS
from include.flows.reporting import capacity_report
from include.lake import Lake
from include.reports.capacity import write
from tests.pages.conftest import a_change, a_plan, land_forecast, store
from tests.reports.capacity_examples import a_capacity_report
from tests.reports.examples import DENIED, NOW, exemptions, finding, unknown

RUN = "asset_triggered__2026-11-22T21:40:00+00:00"
TARGETS = ["111111111111/eu-west-1", "222222222222/eu-west-1"]


@pytest.fixture
def example(tmp_path, postgres_url, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_LEDGER", postgres_url)
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path / "lake"))
    made = a_capacity_report()
    land_forecast(made)
    lake, where = Lake.from_env(), {"snapshot_id": made.snapshot_id, "as_of": NOW}
    drift = finding(check_id="forecast_drift", domain="capacity", resource_id="shop-db", action=None)
    database = {"domain": "capacity", "resource_type": "rds_instances"}
    due = finding(check_id="rds_storage", resource_id="shop-db", **database)
    accepted = finding(
        check_id="ec2_cpu", domain="capacity", account_id="222222222222", resource_type="ec2_instances",
        resource_id="i-1", status="EXEMPT", reason="exempt until 2027-03-31",
    )  # fmt: skip
    lost = unknown(check_id="rds_storage", resource_id="lost-db", **database)
    unread = unknown(check_id="rds_storage", domain="capacity", resource_id="*")
    found = [finding(), drift, due, accepted, lost, unread]
    lake.land("findings", pl.DataFrame(found, schema=made.findings.schema), **where)
    said = pl.concat([exemptions(domain=domain) for domain in ("cost", "capacity")])
    lake.land("exemptions", said, **where)
    row = {"account_id": "111111111111", "region": "eu-west-1", "resource_id": "i-1", "why": "limit"}
    both = [{**row, "check_id": domain, "domain": domain} for domain in ("cost", "capacity")]
    lake.land("left_out", pl.DataFrame(both, schema=LEFT_OUT), **where)
    lake.land("gaps", pl.DataFrame([DENIED], schema=GAPS), **where)
    lake.close(made.snapshot_id, as_of=NOW, targets=TARGETS, resources=7)
    return made


def test_the_report_of_a_run_is_read_back_from_lake_and_ledger(example, ledger, tmp_path):
    storage = a_change(check_id="rds_storage", resource_type="rds_instances", resource_id="shop-db")
    plan = a_plan(storage, domain="capacity", snapshot_id=example.snapshot_id)
    store(ledger, plan, dag_id="capacity_forecast", state="signed_off")
    store(ledger, a_plan(), dag_id="cost_sweep")
    report = capacity_report(example.snapshot_id, "capacity_forecast", RUN, {"growth_factor": "2"})
    assert [one.digest for one in report.plans] == [plan.digest]
    assert [(one.resource_id, one.state) for one in report.changes] == [("shop-db", "planned")]
    assert [one.check_id for one in report.left_out] == ["capacity"]
    assert report.drifted["check_id"].to_list() == ["forecast_drift"]
    assert report.unread["resource_id"].sort().to_list() == ["*", "lost-db"]
    assert report.exemptions["domain"].to_list() == ["capacity"]
    exempt, others = (
        report.outlooks.filter(one) for one in (pl.col("status") == "EXEMPT", pl.col("status") != "EXEMPT")
    )
    assert exempt.select("resource_id", "reason").rows() == [("i-1", "exempt until 2027-03-31")]
    untouched = example.outlooks.filter(pl.col("resource_id") != "i-1")
    assert others.sort("resource_id", "scenario").equals(untouched.sort("resource_id", "scenario"))
    assert set(report.policy) == {"capacity.yaml", "change.yaml"}
    text = write(tmp_path / "reports", report).html.read_text()
    assert text.count('<svg role="img"') == 2 * 3
    assert "growth_factor" in text

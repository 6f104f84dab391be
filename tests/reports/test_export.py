"""Files for machines and spreadsheets: FOCUS names, typed, and nothing that a spreadsheet would run."""

import csv
import io
import json
import unicodedata
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.reports.cost import write
from include.reports.export import findings_csv, findings_frame, findings_parquet
from include.reports.outcomes import Outcomes
from include.reports.run import LeftOut
from tests.hostile import IN_FRAMES
from tests.reports.examples import FOUND, PLAN, a_report, finding


def rows_of(report):
    text = findings_csv(report).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_finding_is_there_dearest_first_with_its_outcome():
    rows = rows_of(a_report())
    assert [(row["x_CheckId"], row["ResourceId"], row["x_Outcome"]) for row in rows] == [
        ("ec2_idle", "i-1", "not_planned"),
        ("ec2_oversized", "i-1", "not_planned"),
        ("load_balancer_without_targets", "arn:lb", "advice_only"),
        ("ebs_unattached", "vol-1", "verified"),
        ("ebs_unattached", "vol-2", "left_out"),
        ("ebs_unattached", "vol-3", "not_planned"),
        ("rds_idle", "*", ""),
    ]
    assert rows[3]["x_PlanDigest"] == PLAN
    assert rows[4]["x_OutcomeReason"] == "limit: 1 change a run"
    assert (rows[0]["ServiceName"], rows[0]["SubAccountName"]) == (
        "Amazon Elastic Compute Cloud",
        "shop-development",
    )


def test_a_finding_outranked_on_its_resource_says_by_which():
    report = a_report(finding(), finding(check_id="ebs_gp2_to_gp3", saving_usd_month=2.0))
    became = findings_frame(report).select("x_CheckId", "x_Outcome", "x_OutcomeReason").rows()
    assert became == [
        ("ebs_unattached", "verified", None),
        ("ebs_gp2_to_gp3", "other_change", "ebs_unattached changes this resource"),
    ]


def test_an_unknown_saving_is_empty_and_not_zero():
    (row,) = [row for row in rows_of(a_report()) if row["ResourceId"] == "vol-3"]
    assert row["x_SavingUsdMonth"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "-",
    ],
)
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    (row,) = rows_of(a_report(finding(name=text)))
    assert row["ResourceName"] == "'" + text


def visible(text):
    """Without the white space and control characters a spreadsheet may drop before it looks."""
    return text.lstrip("".join(c for c in text if c.isspace() or unicodedata.category(c)[0] == "C"))


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
def test_no_cell_begins_a_formula_and_no_text_is_lost(text):
    (row,) = rows_of(a_report(finding(name=text, reason=text, resource_id=text)))
    for name in ("ResourceName", "x_Reason", "ResourceId"):
        assert row[name].removeprefix("'") == text.removeprefix("'")
        assert visible(row[name])[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20")
        assert row[name][:1] not in set("\t\r\n")


@pytest.mark.parametrize("text", IN_FRAMES.values(), ids=IN_FRAMES)
def test_hostile_text_reaches_every_file_as_text(tmp_path, text):
    fields = dict.fromkeys(("name", "reason", "resource_id", "environment", "check_id"), text)
    left_out = LeftOut(text, "111111111111", "eu-west-1", text, text)
    targets = {"111111111111/eu-west-1": text}
    report = a_report(finding(**fields), left_out=(left_out,), run_id=text, targets=targets)
    files = write(tmp_path, report)
    (row,) = rows_of(report)
    table = pl.read_parquet(files.parquet)
    for name in ("ResourceName", "x_Reason", "ResourceId", "x_Environment", "x_CheckId"):
        assert row[name].removeprefix("'") == text.removeprefix("'")
        assert table[name].item() == text
        assert visible(row[name])[:1] not in set("=+-@")
    said = json.loads(files.json.read_bytes())
    assert said["run_id"] == said["targets"][0]["account_name"] == text


@pytest.mark.parametrize("text", ["vol-0a1b", "a=b", "2026-11-01", "'quoted'", "arn:aws:elb:eu-west-1:1:x"])
def test_harmless_text_stays_as_it_is(text):
    (row,) = rows_of(a_report(finding(name=text)))
    assert row["ResourceName"] == text


def test_parquet_keeps_types_and_text():
    table = pl.read_parquet(
        io.BytesIO(findings_parquet(a_report(*FOUND, finding(name="=1+1", resource_id="x"))))
    )
    assert table.schema["x_SavingUsdMonth"] == pl.Float64
    assert table.schema["x_PriceDate"] == pl.Date
    assert table["x_PriceDate"].max() == date(2026, 11, 1)
    assert "=1+1" in table["ResourceName"]
    metadata = pl.read_parquet_metadata(io.BytesIO(findings_parquet(a_report())))
    assert "20261122T213000Z-4f1a" in metadata["watchkeeper"]


def test_a_report_of_nothing_has_files_with_all_columns():
    empty = a_report().findings.clear()
    report = a_report(findings=empty, left_out=(LeftOut("a", "1", "r", "x", "why"),))
    assert rows_of(report) == []
    assert findings_frame(report).columns == findings_frame(a_report()).columns


def test_a_change_approved_in_part_is_followed_into_the_plan_cut_from_the_first():
    full = a_report()
    (change,) = full.changes
    first = change._replace(plan_digest="f" * 64, state="planned")
    replaced = full.plans[0]._replace(digest="f" * 64, state="replaced")
    for changes in ((first, change), (change, first)):
        report = a_report(plans=(replaced, *full.plans), changes=changes)
        became = {row["ResourceId"]: row["x_Outcome"] for row in rows_of(report)}
        assert became["vol-1"] == "verified"
        assert [(one.state, one.changes) for one in Outcomes(report).progress()] == [("verified", 1)]

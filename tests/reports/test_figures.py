"""The sums of a report: one resource counts once, an unknown saving is never a zero."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.core.findings import FINDINGS
from include.core.gaps import GAPS
from include.reports import figures
from include.reports.figures import Figure
from tests.reports.examples import DENIED, FOUND, finding, unknown, unpriced


def accepted(**fields):
    return finding(status="EXEMPT", **fields)


def frame(*rows):
    return pl.DataFrame(rows, schema=FINDINGS)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], Figure("All", None, 0, 0, 0)),
        ([finding()], Figure("All", 10.0, 1, 0, 0)),
        ([finding(), finding(resource_id="vol-2")], Figure("All", 20.0, 2, 0, 0)),
        ([unpriced()], Figure("All", None, 1, 0, 1)),
        ([finding(), unpriced(resource_id="vol-2")], Figure("All", 10.0, 2, 0, 1)),
        ([finding(), finding(check_id="other", saving_usd_month=30.0)], Figure("All", 30.0, 2, 1, 0)),
        ([finding(), finding(check_id="other")], Figure("All", 10.0, 2, 1, 0)),
        ([finding(), unpriced(check_id="other")], Figure("All", 10.0, 2, 0, 1)),
        ([finding(), finding(region="us-east-1")], Figure("All", 20.0, 2, 0, 0)),
        ([finding(), unknown(resource_id="vol-2")], Figure("All", 10.0, 1, 0, 0)),
        ([unknown()], Figure("All", None, 0, 0, 0)),
    ],
    ids=[
        "nothing found", "one", "two resources add up", "unknown is not 0", "unknown is left out of the sum",
        "the better of two on one resource", "equal ones count once", "a known one beats an unknown one",
        "the same id in another region is another resource", "an UNKNOWN verdict is no finding",
        "only UNKNOWN verdicts",
    ],
)  # fmt: skip
def test_total(rows, expected):
    assert figures.total(figures.weighed(frame(*rows))) == expected


def test_lines_by_service_and_by_account_say_the_same_sum():
    rows = figures.weighed(frame(*FOUND))
    assert [line.name for line in figures.by(rows, "service")] == ["EC2", "Load balancing", "EBS"]
    assert {line.name: line.saving_usd_month for line in figures.by(rows, "account_id")} == {
        "222222222222": 70.0,
        "111111111111": pytest.approx(28.93),
    }
    assert figures.total(rows) == Figure("All", pytest.approx(98.93), 6, 1, 1)


savings = st.one_of(st.none(), st.floats(0.01, 1e6))
rows_of = st.lists(
    st.builds(
        finding,
        check_id=st.sampled_from(["a", "b", "c"]),
        resource_id=st.sampled_from(["r1", "r2", "r3", "r4"]),
        resource_type=st.sampled_from(["ebs_volumes", "ec2_instances"]),
        account_id=st.sampled_from(["1", "2"]),
        status=st.sampled_from(["FAIL", "UNKNOWN"]),
        saving_usd_month=savings,
    ),
    max_size=30,
)


@given(rows_of)
def test_every_finding_is_counted_overlapping_or_of_unknown_saving_and_nothing_is_counted_twice(rows):
    weighed = figures.weighed(frame(*rows))
    total = figures.total(weighed)
    counted = weighed.filter(weight="counted")
    assert total.findings == sum(row["status"] == "FAIL" for row in rows)
    assert total.findings == counted.height + total.overlapping + total.unpriced
    assert not counted.select(figures.RESOURCE).is_duplicated().any()
    for column in ("service", "account_id"):
        lines = figures.by(weighed, column)
        assert sum(line.saving_usd_month or 0 for line in lines) == pytest.approx(total.saving_usd_month or 0)
        assert sum(line.findings for line in lines) == total.findings
    best = {}
    for row in rows:
        if row["status"] == "FAIL" and row["saving_usd_month"] is not None:
            resource = tuple(row[name] for name in figures.RESOURCE)
            best[resource] = max(best.get(resource, 0), row["saving_usd_month"])
    assert (total.saving_usd_month or 0) == pytest.approx(sum(best.values()))


def test_gaps_are_grouped_by_target_api_and_code():
    gaps = pl.DataFrame(
        [DENIED, DENIED | {"dataset": "rds_snapshots"}, DENIED | {"code": "Throttling"}], schema=GAPS
    )
    assert [(one.target, one.code, one.datasets) for one in figures.gap_groups(gaps)] == [
        ("222222222222/eu-west-1", "AccessDenied", ("rds_instances", "rds_snapshots")),
        ("222222222222/eu-west-1", "Throttling", ("rds_instances",)),
    ]


def test_unknown_verdicts_that_differ_only_in_their_numbers_are_one_line():
    rows = [unknown(resource_id=f"vol-{i}", reason=f"Only {i} of 336 samples.") for i in (40, 41)]
    (group,) = figures.unknown_groups(frame(*rows, unknown(check_id="alone", reason="Denied 3 times.")))[:1]
    assert group == ("ebs_unattached", "Only … of … samples.", 2, ("111111111111/eu-west-1",))
    alone = figures.unknown_groups(frame(unknown(check_id="alone", reason="Denied 3 times.")))
    assert alone[0].reason == "Denied 3 times."


def test_prices_are_listed_by_source_and_date():
    rows = frame(
        finding(), finding(resource_id="b", price_date=date(2026, 5, 1)), finding(resource_id="c"), unpriced()
    )
    assert figures.price_bases(rows) == [
        ("AWS price list", "2026-11-01", 2),
        ("AWS price list", "2026-05-01", 1),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([finding()], figures.Exempt(0, None, 0), id="nothing"),
        pytest.param([accepted()], figures.Exempt(1, 10.0, 0), id="one"),
        pytest.param([accepted(saving_usd_month=None)], figures.Exempt(1, None, 1), id="unknown is not 0"),
        pytest.param(
            [accepted(), accepted(check_id="other", saving_usd_month=30.0), accepted(resource_id="vol-2")],
            figures.Exempt(3, 40.0, 0),
            id="a resource once, by the dearest",
        ),
    ],
)
def test_what_is_exempt_has_a_sum_of_its_own(rows, expected):
    assert figures.exempt(frame(*rows)) == expected
    assert figures.total(figures.weighed(frame(*rows))).findings == len(rows) - expected.findings

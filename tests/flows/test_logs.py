import logging

import pytest

from include.flows.logs import table


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="watchkeeper")
    return lambda: [record.getMessage() for record in caplog.records]


def test_columns_line_up_and_money_has_two_decimals(lines):
    table("found", ("check", "USD"), [("ebs_unattached", 1234.5), ("x", None)])
    assert lines() == [
        "found (2)",
        "  check           USD",
        "  --------------  --------",
        "  ebs_unattached  1,234.50",
        "  x               unknown",
    ]


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("a\nERROR all approved", "a·ERROR all approved", id="a forged line"),
        pytest.param("\x1b[2Jgone", "·[2Jgone", id="a terminal escape"),
        pytest.param("pay\u202etxt.exe", "pay·txt.exe", id="right-to-left override"),
    ],
)
def test_a_hostile_name_stays_on_its_line(lines, hostile, shown):
    table("t", ("name",), [(hostile,)])
    assert lines()[-1] == f"  {shown}"


def test_a_huge_value_is_cut(lines):
    table("t", ("name",), [("x" * 65_536,)])
    assert len(lines()[-1]) <= 82


def test_what_is_left_out_is_said(lines):
    table("t", ("n",), [(n,) for n in range(5)], limit=2)
    assert lines()[0] == "t (5)"
    assert lines()[-1] == "  ... and 3 more: see the report"

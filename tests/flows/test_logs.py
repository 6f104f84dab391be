import logging

import pytest

from include.flows.logs import table
from tests.hostile import TEXTS, UNSEEN


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


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_text_stays_one_short_visible_line(lines, text):
    table(text, (text, "why"), [(text, text), (7, None)])
    said = lines()
    assert len(said) == 5
    assert not [line for line in said if set(line) & set(UNSEEN) or "\n" in line or len(line) > 170]


def test_a_huge_value_is_cut(lines):
    table("t", ("name",), [("x" * 65_536,)])
    assert len(lines()[-1]) <= 82


def test_what_is_left_out_is_said(lines):
    table("t", ("n",), [(n,) for n in range(5)], limit=2)
    assert lines()[0] == "t (5)"
    assert lines()[-1] == "  ... and 3 more: see the report"

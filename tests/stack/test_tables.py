"""Tables for a terminal."""

import pytest

from include.stack import tables


def test_columns_line_up_and_numbers_go_right():
    shown = tables.table(("action", "USD"), [("stop", "$9.00"), ("release address", "$1,234.50")])
    assert shown.splitlines() == [
        "action           USD",
        "---------------  ---------",
        "stop                 $9.00",
        "release address  $1,234.50",
    ]


def test_a_long_cell_is_cut():
    assert tables.table(("why",), [("x" * 100,)]).splitlines()[-1] == "x" * 69 + "..."


@pytest.mark.parametrize(
    ("amount", "shown"), [(None, "unknown"), (0.0, "$0.00"), (1234.5, "$1,234.50"), (-0.5, "-$0.50")]
)
def test_unknown_money_is_not_zero(amount, shown):
    assert tables.usd(amount) == shown


def test_no_rows_is_a_table_of_its_header():
    assert tables.table(("a", "b"), []).splitlines() == ["a  b", "-  -"]

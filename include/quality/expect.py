"""Expectations in the words of this product; each says its severity and what it expects, in one sentence.

`CRITICAL` keeps the whole dataset out of the lake: for what cannot be true of AWS, or would make rules lie.
`WARNING` is logged and shown: for what AWS may change any day, such as a new volume type.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from include.core import datasets

CRITICAL = FailureSeverity.CRITICAL
WARNING = FailureSeverity.WARNING

KEY = ("account_id", "region", "resource_id")

SKEW = timedelta(days=1)
"""Resources are still made while an estate is read, after its `as_of`; a whole day later nothing can be."""


def entity(dataset: str) -> list[Expectation]:
    """What holds for every entity dataset: its columns, and a key that names one row."""
    return [
        columns(datasets.schema(dataset).names()),
        *(present(column) for column in KEY),
        matches("account_id", r"^\d{12}$", "twelve digits"),
        matches("region", r"^[a-z]{2}(?:-[a-z]+)+-\d$", "an AWS region such as eu-west-1"),
        unique(*KEY),
        matches("environment", r"^[^A-Z]+$", "lower case", severity=WARNING),
    ]


def columns(names: Sequence[str]) -> Expectation:
    """Exactly these columns."""
    said = "has exactly the columns of its schema"
    return gxe.ExpectTableColumnsToMatchSet(column_set=list(names), severity=CRITICAL, description=said)


def present(column: str, *, severity: FailureSeverity = CRITICAL) -> Expectation:
    """Never null."""
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column, severity=severity, description=f"{column}: expected a value in every row"
    )


def unique(*names: str) -> Expectation:
    """No two rows with the same values in these columns."""
    return gxe.ExpectCompoundColumnsToBeUnique(
        column_list=list(names),
        severity=CRITICAL,
        description=f"{', '.join(names)}: expected to name one row",
    )


def one_of(column: str, *values: Any, severity: FailureSeverity = WARNING) -> Expectation:
    """Null, or one of these values."""
    return gxe.ExpectColumnValuesToBeInSet(
        column=column,
        value_set=list(values),
        severity=severity,
        description=f"{column}: expected one of {', '.join(map(str, values))}",
    )


def matches(column: str, pattern: str, said: str, *, severity: FailureSeverity = CRITICAL) -> Expectation:
    """Null, or text that the regular expression matches; `said` tells people what that is."""
    return gxe.ExpectColumnValuesToMatchRegex(
        column=column, regex=pattern, severity=severity, description=f"{column}: expected {said}"
    )


def between(
    column: str,
    low: float | None,
    high: float | None = None,
    *,
    severity: FailureSeverity = CRITICAL,
    mostly: float = 1,
) -> Expectation:
    """Null, or a number from `low` to `high`, both included; in at least the share `mostly` of the rows."""
    limits = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
    share = f" in {mostly:.0%} of the rows" if mostly < 1 else ""
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        min_value=low,
        max_value=high,
        mostly=mostly,
        severity=severity,
        description=f"{column}: expected {' and '.join(limits)}{share}",
    )


def past(column: str, as_of: datetime) -> Expectation:
    """Null, or a time no later than a day after `as_of`: else a clock or a unit is wrong."""
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        max_value=naive(as_of + SKEW),
        severity=CRITICAL,
        description=f"{column}: expected a time before {as_of + SKEW:%Y-%m-%d %H:%M} UTC (as_of and a day)",
    )


def no_more_than(column: str, other: str) -> Expectation:
    """Null, or at most what `other` says in the same row."""
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=other,
        column_B=column,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity=CRITICAL,
        description=f"{column}: expected no more than {other}",
    )


def json(column: str) -> Expectation:
    """Null, or JSON."""
    return gxe.ExpectColumnValuesToBeJsonParseable(
        column=column, severity=CRITICAL, description=f"{column}: expected JSON"
    )


def naive(at: datetime) -> datetime:
    """UTC without its zone: pandas compares times of one kind only."""
    return at.astimezone(UTC).replace(tzinfo=None)

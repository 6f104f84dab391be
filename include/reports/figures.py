"""The sums a cost report shows. One resource counts once; an unknown saving is never a zero."""

from typing import NamedTuple

import polars as pl

from include.reports.services import service

RESOURCE = ("account_id", "region", "resource_type", "resource_id")


class Figure(NamedTuple):
    """One line of a savings table. `findings` = counted + overlapping + unpriced."""

    name: str
    saving_usd_month: float | None
    """USD per month; None: not one saving of this line is known."""
    findings: int
    overlapping: int
    """Not added: a better finding on the same resource is."""
    unpriced: int
    """Not added: the saving is unknown."""


def weighed(findings: pl.DataFrame) -> pl.DataFrame:
    """FAIL rows with `service` and `weight`: counted, overlapping or unpriced.

    Of several findings on one resource the dearest counts (ties: first check id): carrying out one change
    moves the ground under the others, so their savings do not add up.
    """
    rank = (
        pl
        .struct(-pl.col("saving_usd_month").fill_null(float("-inf")), "check_id")
        .rank("ordinal")
        .over(RESOURCE)
    )
    weight = (
        pl
        .when(pl.col("saving_usd_month").is_null())
        .then(pl.lit("unpriced"))
        .when(rank == 1)
        .then(pl.lit("counted"))
        .otherwise(pl.lit("overlapping"))
    )
    names = {kind: service(kind).short for kind in findings["resource_type"].unique().drop_nulls()}
    return findings.filter(status="FAIL").with_columns(
        weight=weight,
        service=pl.col("resource_type").replace_strict(names, default=None, return_dtype=pl.String),
    )


def total(rows: pl.DataFrame, name: str = "All") -> Figure:
    """One line over `rows` of `weighed`."""
    counted = rows.filter(weight="counted")
    return Figure(
        name,
        float(counted["saving_usd_month"].sum()) if counted.height else None,
        rows.height,
        rows.filter(weight="overlapping").height,
        rows.filter(weight="unpriced").height,
    )


def by(rows: pl.DataFrame, column: str) -> list[Figure]:
    """One line per value of `column`, dearest first, unknown last."""
    lines = [total(part, str(key[0])) for key, part in rows.group_by(column)]
    return sorted(lines, key=lambda line: (-(line.saving_usd_month or 0), line.name))


class GapGroup(NamedTuple):
    """One API that could not be read in one target, and the datasets that miss it."""

    target: str
    api: str
    code: str
    datasets: tuple[str, ...]
    reasons: tuple[str, ...]


def gap_groups(gaps: pl.DataFrame) -> list[GapGroup]:
    """Gaps by target, API and error code."""
    grouped = gaps.group_by("account_id", "region", "api", "code").agg(
        pl.col("dataset").drop_nulls().unique().sort(), pl.col("reason").drop_nulls().unique().sort()
    )
    rows = grouped.sort("account_id", "region", "api", "code", nulls_last=True).iter_rows(named=True)
    return [
        GapGroup(
            f"{row['account_id'] or 'unknown account'}/{row['region'] or 'unknown region'}",
            row["api"] or "unknown API",
            row["code"] or "unknown",
            tuple(row["dataset"]),
            tuple(row["reason"]),
        )
        for row in rows
    ]


class UnknownGroup(NamedTuple):
    """Verdicts one check could not reach for one reason."""

    check_id: str
    reason: str
    findings: int
    targets: tuple[str, ...]


def unknown_groups(findings: pl.DataFrame) -> list[UnknownGroup]:
    """UNKNOWN verdicts by check and reason (numbers in the reason taken out), most first."""
    reason = pl.col("reason").fill_null("no reason given").str.replace_all(r"\b\d[\d.,]*\b", "…")
    grouped = (
        findings
        .filter(status="UNKNOWN")
        .with_columns(
            alike=reason,
            target=pl.format("{}/{}", pl.col("account_id").fill_null("?"), pl.col("region").fill_null("?")),
        )
        .group_by("check_id", "alike")
        .agg(
            n=pl.len(),
            first=pl.col("reason").sort().first(),
            same=pl.col("reason").n_unique() == 1,
            targets=pl.col("target").unique().sort(),
        )
        .sort("n", "check_id", "alike", descending=[True, False, False])
    )
    return [
        UnknownGroup(
            row["check_id"], row["first"] if row["same"] else row["alike"], row["n"], tuple(row["targets"])
        )
        for row in grouped.iter_rows(named=True)
    ]


class Exempt(NamedTuple):
    """Findings that an exemption covers; what they would save is in no other sum."""

    findings: int
    saving_usd_month: float | None
    """Sum of the dearest known saving per resource; None: none is known."""
    unpriced: int


def exempt(findings: pl.DataFrame) -> Exempt:
    """How much is exempt."""
    rows = findings.filter(status="EXEMPT")
    dearest = rows.group_by(RESOURCE).agg(pl.col("saving_usd_month").max())["saving_usd_month"].drop_nulls()
    saving = float(dearest.sum()) if dearest.len() else None
    return Exempt(rows.height, saving, rows["saving_usd_month"].null_count())


class PriceBasis(NamedTuple):
    """One list price source and date, and how many savings rest on it."""

    source: str
    date: str
    findings: int


def price_bases(findings: pl.DataFrame) -> list[PriceBasis]:
    """Where the known savings' prices are from."""
    priced = findings.filter(pl.col("saving_usd_month").is_not_null(), status="FAIL")
    grouped = (
        priced
        .group_by("price_source", "price_date")
        .len("n")
        .sort("n", "price_source", "price_date", descending=[True, False, False], nulls_last=True)
    )
    return [
        PriceBasis(
            row["price_source"] or "source not given", str(row["price_date"] or "date not given"), row["n"]
        )
        for row in grouped.iter_rows(named=True)
    ]

"""List prices beside resources, and savings from them. Money is USD per month of 730 hours.

A zero or missing price is unknown, and so is every saving from it: null, never 0.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import polars as pl

HOURS_PER_MONTH = 730
"""The month AWS's own pricing pages calculate with (8,760 h a year / 12)."""

MICRO = 6
"""Decimals kept: a saving of less than a millionth of a dollar is none."""


class Money(NamedTuple):
    """A monthly saving with where its prices come from and the oldest date among them."""

    usd_month: pl.Expr
    source: pl.Expr
    date: pl.Expr

    @classmethod
    def of(cls, usd_month: pl.Expr, prices: Sequence[str]) -> Self:
        """A saving computed from the prices of these names (see `priced`); only above 0 it is one."""
        rounded = usd_month.round(MICRO)
        sources = pl.concat_list(f"{name}_source" for name in prices).list.drop_nulls()
        return cls(
            pl.when((rounded > 0) & rounded.is_finite()).then(rounded),
            sources.list.unique(maintain_order=True).list.join("; "),
            pl.min_horizontal(f"{name}_date" for name in prices),
        )

    @classmethod
    def none(cls) -> Self:
        """No saving can be named."""
        return cls(pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.Date))


def priced(frame: pl.LazyFrame, prices: pl.LazyFrame, **skus: pl.Expr) -> pl.LazyFrame:
    """`frame` with `<name>_usd`, `<name>_source` and `<name>_date` of each SKU in the row's region."""
    for name, sku in skus.items():
        own = prices.filter((pl.col("usd") > 0) & pl.col("usd").is_finite()).select(
            "region",
            pl.col("sku").alias(f"{name}_sku"),
            pl.col("usd").alias(f"{name}_usd"),
            pl.col("price_source").alias(f"{name}_source"),
            pl.col("price_date").alias(f"{name}_date"),
        )
        named = frame.with_columns(sku.alias(f"{name}_sku"))
        frame = named.join(own, on=["region", f"{name}_sku"], how="left", maintain_order="left")
    return frame


def usd(name: str) -> pl.Expr:
    """The price found under this name; null: unknown."""
    return pl.col(f"{name}_usd")


def monthly(name: str) -> pl.Expr:
    """An hourly price per month."""
    return usd(name) * HOURS_PER_MONTH

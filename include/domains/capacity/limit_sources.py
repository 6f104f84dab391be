"""Where a limit comes from: a constant, the resource's own column, or a column of another dataset."""

from collections.abc import Mapping
from string import Formatter

import polars as pl

from include.core.series import Limit
from include.domains.capacity.derived import derived

TARGET = ["account_id", "region"]


def with_limit(
    frame: pl.LazyFrame, limit: Limit, entities: Mapping[str, pl.LazyFrame], name: str
) -> pl.LazyFrame:
    """`frame` with the limit as column `name`, in the usage's unit; null where it is not known.

    A limit from metrics is not known here; one from a dataset that is not in `entities` is null.
    """
    if limit.constant is not None:
        return frame.with_columns(pl.lit(limit.constant * limit.times).alias(name))
    if limit.column is None or (limit.dataset is not None and limit.dataset not in entities):
        return frame.with_columns(pl.lit(None, pl.Float64).alias(name))
    if limit.dataset is None:
        return frame.with_columns(_value(limit).alias(name))
    keys = {f"{name}_{column}": template for column, template in limit.match.items()}
    others = chosen(derived(limit.dataset, entities[limit.dataset]), limit.where).select(
        *TARGET,
        *(pl.col(column).alias(f"{name}_{column}") for column in limit.match),
        _value(limit).alias(name),
    )
    one_each = others.unique([*TARGET, *keys], keep="first", maintain_order=True)
    asked = frame.with_columns(filled(template).alias(key) for key, template in keys.items())
    return asked.join(one_each, on=[*TARGET, *keys], how="left", maintain_order="left").drop(keys)


def chosen(frame: pl.LazyFrame, where: Mapping[str, tuple[str, ...]]) -> pl.LazyFrame:
    """The rows whose columns, as text, have one of these values each."""
    for column, values in where.items():
        frame = frame.filter(pl.col(column).cast(pl.String).is_in(list(values)))
    return frame


def filled(template: str) -> pl.Expr:
    """`table/{resource_id}` with the row's own values."""
    parts: list[pl.Expr] = []
    for text, column, _, _ in Formatter().parse(template):
        parts.append(pl.lit(text))
        if column:
            parts.append(pl.col(column))
    return pl.concat_str(parts)


def named(limit: Limit) -> str:
    """The limit in words: `max_capacity of scaling_targets`."""
    if limit.metrics:
        return " + ".join(limit.metrics)
    return f"{limit.column} of {limit.dataset}" if limit.dataset else str(limit.column)


def _value(limit: Limit) -> pl.Expr:
    return pl.col(str(limit.column)).cast(pl.Float64) * limit.times

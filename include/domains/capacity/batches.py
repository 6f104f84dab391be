"""Series into batches: a target and two ids name one."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from include.core.forecasts import SERIES


class Batch(NamedTuple):
    """All series of one target's resources from id `first` to id `last`; empty ids: there are none."""

    target: str
    first: str
    last: str
    series: int


def split(possible: pl.DataFrame, targets: Sequence[str], *, at_once: int, most: int) -> list[Batch]:
    """Batches of about `at_once` series (rows of SATURATION tell which there may be); at most about `most`.

    Resources of one id stay together, whatever their type; a target without series has one empty batch.
    """
    counted = (
        possible
        .select(*SERIES)
        .unique()
        .group_by(target=pl.concat_str("account_id", "region", separator="/"), resource_id="resource_id")
        .agg(series=pl.len().cast(pl.Int64))
        .filter(pl.col("target").is_in(list(targets)))
        .sort("target", "resource_id")
    )
    size = max(at_once, -(-int(counted["series"].sum()) // most))
    numbered = counted.with_columns(
        number=(pl.col("series").cum_sum() - pl.col("series")).over("target") // size
    )
    found = numbered.group_by("target", "number", maintain_order=True).agg(
        first=pl.col("resource_id").first(), last=pl.col("resource_id").last(), series=pl.col("series").sum()
    )
    batches = [Batch(*row) for row in found.drop("number").iter_rows()]
    silent = sorted(set(targets) - {one.target for one in batches})
    return [*batches, *(Batch(target, "", "", 0) for target in silent)]

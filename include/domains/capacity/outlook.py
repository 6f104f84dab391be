"""What an engineer acts on: when it runs out, how sure that is, what to raise it to, and at what price."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from include.core.planning import WhatIf
from include.core.series import SeriesTable
from include.domains.capacity.days_ahead import DaysAhead
from include.domains.capacity.preparation import Prepared


def outlooks(
    prepared: Prepared,
    ahead: DaysAhead,
    entities: Mapping[str, pl.LazyFrame],
    prices: pl.DataFrame,
    table: SeriesTable,
    *,
    as_of: datetime,
    what_if: WhatIf | None = None,
) -> pl.DataFrame:
    """OUTLOOKS of every series, and of `what_if` beside it."""
    raise NotImplementedError

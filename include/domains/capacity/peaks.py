"""The highest usage of each whole day, as charts show it."""

import polars as pl

from include.core.forecasts import DAILY_PEAKS
from include.domains.capacity.preparation import Prepared


def daily_peaks(prepared: Prepared) -> pl.DataFrame:
    """DAILY_PEAKS of every series that has a whole day; a day without enough points is a gap (null)."""
    names = prepared.profiles.filter(pl.col("grain") == "day")
    days = prepared.days.join(names, on="sid", how="inner", maintain_order="left")
    return days.rename({"usage": "peak"}).select(
        pl.col(name).cast(dtype) for name, dtype in DAILY_PEAKS.items()
    )

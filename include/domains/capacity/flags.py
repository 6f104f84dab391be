"""What stands out in a regular grid: outliers, level shifts, counters that began anew.

Flags only: no value is changed. All work per series (`sid`) on rows sorted by time.
"""

import polars as pl

SCALE = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution (Rousseeuw & Croux 1993)."""
FAR = 6.0
"""Deviations that make an outlier or a shift. Hampel's identifier uses 3; seasons, not modelled here, need
more."""
NEIGHBOURS = (1, 2, 7)
"""Days before and after, with whose same hour a value is compared."""
AROUND = 7
"""Days before and after that a level shift is told by."""
LEAST_SHIFT = 0.05
"""Of the usual usage; smaller steps are not worth the name."""
RESET_DROP = 0.5
"""Of the span between lowest and highest that a counter loses when it begins anew."""
RESET_RISE = 0.8
"""Of the week before in which a counter rose."""


def outliers(grid: pl.DataFrame, *, per_day: int) -> pl.DataFrame:
    """`grid` with `outlier`: beyond the same hour of every neighbouring day and week, on the same side, by
    far more than such hours usually differ. What comes back, or stays, is none.

    Hampel's identifier (Davies & Gather 1993) with these neighbours in place of a window.
    """
    neighbours = [
        pl.when(pl.col("sid") == pl.col("sid").shift(by)).then(pl.col("usage").shift(by))
        for days in NEIGHBOURS
        for by in (days * per_day, -days * per_day)
    ]
    above = pl.col("usage") - pl.max_horizontal(neighbours)
    below = pl.min_horizontal(neighbours) - pl.col("usage")
    daily = (pl.col("usage") - neighbours[0]).abs()
    usual = (
        grid.lazy().with_columns(daily=daily).group_by("sid").agg(far=FAR * SCALE * pl.col("daily").median())
    )
    marked = (
        grid
        .lazy()
        .join(usual, on="sid", how="left", maintain_order="left")
        .with_columns(outlier=(pl.max_horizontal(above, below) > pl.col("far")) & (pl.col("far") > 0))
    )
    return marked.with_columns(pl.col("outlier").fill_null(value=False)).drop("far").collect()


def shifts() -> pl.Expr:
    """Whether a new level begins on this day: the medians of the seven days from here on and of the seven
    before differ by far more than they usually do, and no day near by changes more."""
    median = pl.col("usage").rolling_median(AROUND, min_samples=AROUND // 2 + 1)
    step = (median.shift(-(AROUND - 1)) - median.shift(1)).over("sid")
    excess = step - step.median().over("sid")
    usually = SCALE * excess.abs().median().over("sid")
    daily = SCALE * pl.col("usage").diff().over("sid").abs().median().over("sid")
    level = pl.col("usage").abs().median().over("sid")
    least = pl.max_horizontal(FAR * usually, 2 * daily, LEAST_SHIFT * level)
    change = (pl.col("usage") - pl.col("usage").forward_fill().shift(1)).over("sid").abs()
    abrupt = pl.when(excess.abs() > least).then(change)
    most = abrupt.rolling_max(2 * AROUND + 1, center=True, min_samples=1).over("sid")
    return (abrupt == most).fill_null(value=False)


def resets() -> pl.Expr:
    """Whether a counter began anew on this day: it rose on most days of the week before, and lost most of its
    span at once (a restart, a clean-up)."""
    change = pl.col("usage").diff()
    span = pl.col("usage").max() - pl.col("usage").min()
    rising = (change > 0).cast(pl.Float64).rolling_mean(AROUND - 1, min_samples=AROUND // 2 + 1).shift(1)
    return ((change < -RESET_DROP * span) & (rising >= RESET_RISE)).over("sid").fill_null(value=False)

"""polars to pandas, for Great Expectations alone: without pyarrow, and whole numbers stay whole."""

import pandas as pd
import polars as pl


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The same rows; null stays null. Times lose their zone (UTC); lists and structs stay Python objects."""
    return pd.DataFrame({column.name: _series(column) for column in frame.iter_columns()})


def _series(column: pl.Series) -> pd.Series:
    if column.dtype == pl.Datetime:
        return pd.Series(column.dt.replace_time_zone(None).to_numpy())
    if column.dtype.is_integer():
        return pd.Series(pd.array(column.to_list(), dtype="Int64"))
    if column.dtype.is_float():
        return pd.Series(column.to_numpy())
    return pd.Series(column.to_list(), dtype="boolean" if column.dtype == pl.Boolean else "object")

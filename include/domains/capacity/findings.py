"""Outlooks as findings: a plan that is due is a FAIL, what cannot be known is UNKNOWN."""

import polars as pl


def findings(outlooks: pl.DataFrame) -> pl.DataFrame:
    """FINDINGS (FAIL and UNKNOWN) of the base scenario."""
    raise NotImplementedError

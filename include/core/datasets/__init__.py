"""Column contracts, one file per dataset. Collectors promise them, rules rely on them.

Each module offers `SCHEMA` (all columns), and is found by its file name.
"""

from typing import TYPE_CHECKING

import polars as pl

from include.core.discovery import modules

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

UTC_TIME: "PolarsDataType" = pl.Datetime("us", "UTC")
TAGS: "PolarsDataType" = pl.List(pl.Struct({"key": pl.String, "value": pl.String}))

COMMON: dict[str, "PolarsDataType"] = {
    "account_id": pl.String,
    "region": pl.String,
    "resource_id": pl.String,
    "arn": pl.String,
    "name": pl.String,  # the Name tag, else AWS's own name for it
    "environment": pl.String,  # from the usual tag keys, lower case; null: not tagged
    "managed_by": pl.String,  # autoscaling, ecs, eks, aws_backup, dlm, cloudformation; null: nobody
    "tags": TAGS,
}


def schema(dataset: str) -> pl.Schema:
    """The columns of a dataset; KeyError with the known names when there is none such."""
    known = modules(__name__)
    if dataset not in known:
        raise KeyError(f"no dataset {dataset!r}; known: {', '.join(known)}")
    found: pl.Schema = known[dataset].SCHEMA
    return found


def names() -> list[str]:
    """Every dataset there is."""
    return list(modules(__name__))

"""Column contracts: every dataset is found by its file, and has what all rooms rely on."""

from pathlib import Path

import polars as pl
import pytest

from include.core import datasets
from include.core.datasets import COMMON, UTC_TIME, names, schema
from include.core.findings import FINDING_COUNTS, FINDINGS
from include.core.gaps import GAPS
from include.core.metrics import METRIC_STATS, METRIC_WINDOWS, METRICS

TABLES = {"findings": FINDINGS, "finding_counts": FINDING_COUNTS, "gaps": GAPS, "metrics": METRICS,
          "metric_stats": METRIC_STATS, "metric_windows": METRIC_WINDOWS}  # fmt: skip


def test_every_file_is_a_dataset():
    files = {path.stem for path in Path(datasets.__file__).parent.glob("[!_]*.py")}
    assert set(names()) == files
    assert len(files) >= 16


@pytest.mark.parametrize("dataset", names())
def test_every_dataset_begins_with_the_common_columns(dataset):
    assert list(schema(dataset).items())[: len(COMMON)] == list(pl.Schema(COMMON).items())
    assert len(schema(dataset)) > len(COMMON)


@pytest.mark.parametrize("dataset", names())
def test_every_dataset_says_what_it_lists(dataset):
    module = datasets.modules(datasets.__name__)[dataset]
    assert module.__doc__
    assert module.__doc__.strip().splitlines()[0].endswith(".")


@pytest.mark.parametrize("columns", [*map(schema, names()), *TABLES.values()], ids=[*names(), *TABLES])
def test_times_are_utc_and_whole_numbers_are_what_delta_has(columns):
    for column, dtype in columns.items():
        assert column == column.lower()
        if isinstance(dtype, pl.Datetime) or column.endswith("_at"):
            assert dtype == UTC_TIME, column
        assert not dtype.is_unsigned_integer(), column


@pytest.mark.parametrize("table", TABLES)
def test_no_table_shares_its_name_with_a_dataset(table):
    assert table not in names()


def test_an_unknown_dataset_is_named_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no dataset 'volumes'; known: amis, .*vpc_endpoints"):
        schema("volumes")

"""Great Expectations, held in memory: one context, one pandas source, one run per dataset."""

from datetime import UTC, datetime
from pathlib import Path

import great_expectations as gx
import polars as pl
from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation

from include.quality._docs import run_name
from include.quality._pandas import to_pandas

ROW = ["account_id", "region", "resource_id"]
"""What names a failing row; series also have `metric` and `statistic`."""


class Engine:
    """Runs suites on frames and keeps the results for the Data Docs."""

    def __init__(self, snapshot_id: str, as_of: datetime) -> None:
        self.snapshot_id = snapshot_id
        self.as_of = as_of
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        self._source = self._context.data_sources.add_pandas("snapshot")
        self._run_id = RunIdentifier(run_name=run_name(snapshot_id), run_time=as_of.astimezone(UTC))

    def run(
        self, dataset: str, expectations: list[Expectation], frame: pl.DataFrame
    ) -> ExpectationSuiteValidationResult:
        """Judge one frame; every failing row is named by its key."""
        batch = self._source.add_dataframe_asset(dataset).add_batch_definition_whole_dataframe("all")
        suite = self._context.suites.add(gx.ExpectationSuite(name=dataset, expectations=expectations))
        definition = gx.ValidationDefinition(name=dataset, data=batch, suite=suite)
        return self._context.validation_definitions.add(definition).run(
            batch_parameters={"dataframe": to_pandas(frame)},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [
                    column for column in [*ROW, "metric", "statistic"] if column in frame.columns
                ],
                "return_unexpected_index_query": False,
            },
            run_id=self._run_id,
        )

    def build_docs(self, folder: Path) -> None:
        """The site of these results below `folder`; what other snapshots left there stays."""
        for site in self._context.get_site_names():
            self._context.delete_data_docs_site(site)
        self._context.add_data_docs_site(
            site_name="data_docs",
            site_config={
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
            },
        )
        self._context.build_data_docs()

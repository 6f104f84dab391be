"""One validation of a whole snapshot: one import, one context, every dataset by its own suite."""

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import polars as pl

from include.core import datasets
from include.core.discovery import modules
from include.core.errors import WatchkeeperError
from include.quality.verdicts import SHOWN, Failure, Judged, judged

if TYPE_CHECKING:
    from include.quality._engine import Engine

log = logging.getLogger("watchkeeper")


def validate_snapshot(
    frames: Mapping[str, pl.DataFrame | pl.LazyFrame],
    *,
    snapshot_id: str,
    as_of: datetime,
    docs_folder: Path,
) -> dict[str, Judged]:
    """The verdict on each frame, by its dataset; Data Docs go to `docs_folder` (`index.html`).

    A frame whose columns are of other types than its schema says is refused without asking further. What
    Great Expectations cannot evaluate counts as a critical failure. WatchkeeperError: a dataset has no suite.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # nothing leaves this machine
    from include.quality._docs import publish
    from include.quality._engine import Engine

    engine = Engine(snapshot_id, as_of)
    verdicts = {dataset: judge(engine, dataset, frame.lazy()) for dataset, frame in frames.items()}
    publish(engine, verdicts, docs_folder)
    refused = [dataset for dataset, verdict in verdicts.items() if not verdict.ok]
    log.info("quality: %d datasets judged, refused: %s", len(verdicts), ", ".join(refused) or "none")
    return verdicts


def judge(engine: "Engine", dataset: str, frame: pl.LazyFrame) -> Judged:
    """The verdict on one frame, by its dataset's suite."""
    suite = _suite(dataset)
    wrong = _wrong_types(getattr(suite, "SCHEMA", None) or datasets.schema(dataset), frame)
    if wrong:
        return judged(wrong)
    prepare = getattr(suite, "prepare", None)
    ready = prepare(frame, engine.as_of) if prepare else frame.collect()
    result = engine.run(dataset, suite.expectations(engine.as_of), ready)
    return judged([_failure(one) for one in result.results if not one.success])


def _suite(dataset: str) -> ModuleType:
    known = modules("include.quality.suites")
    if dataset not in known:
        raise WatchkeeperError(
            f"dataset {dataset}: nothing says what to expect of it. Add include/quality/suites/{dataset}.py"
        )
    return known[dataset]


def _wrong_types(expected: pl.Schema, frame: pl.LazyFrame) -> list[Failure]:
    got = frame.collect_schema()
    return [
        Failure(
            f"{column}: expected a column of {dtype}, got {got.get(column, 'none')}",
            column,
            (),
            (),
            "critical",
            1,
        )
        for column, dtype in expected.items()
        if got.get(column) != dtype
    ]


def _failure(one: Any) -> Failure:
    config, found = one.expectation_config, one.result
    column = config.kwargs.get("column") or config.kwargs.get("column_B")
    if not found:
        problem = f"{config.description} (could not be evaluated: {_first_problem(one.exception_info)})"
        return Failure(problem, column, (), (), "critical", 1)
    failing = found.get("unexpected_index_list") or []
    keys = found.get("unexpected_index_column_names") or []
    rows = [{name: _plain(value) for name, value in row.items()} for row in failing[:SHOWN]]
    ids = tuple("/".join(str(row[key]) for key in keys) for row in rows)
    values = tuple(_value(row, column, keys) for row in rows)
    failing_rows = found.get("unexpected_count", 1)
    return Failure(config.description, column, ids, values, config.severity.value, failing_rows)


def _value(row: dict[str, Any], column: str | None, keys: list[str]) -> Any:
    """What the row has in the column; for several columns, all of those that are not in its key."""
    if column in row:
        return row[column]
    return {name: value for name, value in row.items() if name not in keys} or "a repeated key"


def _plain(value: Any) -> Any:
    """A number, text or UTC time as Python has it; what pandas uses for null is None."""
    if value is None or value != value:  # NaN and NaT are not themselves
        return None
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat()).replace(tzinfo=UTC)
    return value.item() if hasattr(value, "item") else value


def _first_problem(info: dict[str, Any]) -> str:
    if "exception_message" in info:
        return str(info["exception_message"])
    return "; ".join(sorted({str(one["exception_message"]) for one in info.values()}))

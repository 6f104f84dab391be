"""Every cost check over one snapshot. A check is a file in `checks/`; there is no list of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any, NamedTuple

import polars as pl
from pydantic import BaseModel, ValidationError

from include.core.discovery import modules
from include.core.errors import PolicyError, WatchkeeperError
from include.core.findings import FINDINGS, Status
from include.core.metrics import MetricNeed
from include.domains.cost import checks
from include.domains.cost.gaps import relevant, whole_targets, with_gaps

COUNTS = pl.Schema({"check_id": pl.String, "status": pl.String, "n": pl.Int64})

Overrides = Mapping[str, Mapping[str, Any]]


class Needs(NamedTuple):
    """What a sweep reads."""

    datasets: frozenset[str]
    metrics: tuple[MetricNeed, ...]
    histories: dict[str, str]
    """Dataset to the column whose "since when" is needed."""


class Sweep(NamedTuple):
    """What a sweep says."""

    findings: pl.DataFrame
    """FINDINGS, FAIL and UNKNOWN only."""
    counts: pl.DataFrame
    """COUNTS of every status; a check that had nothing to judge has 0 PASS."""


def needs(overrides: Overrides | None = None) -> Needs:
    """Datasets, metrics and histories of the enabled checks. PolicyError as in `thresholds`."""
    enabled = [module for module, _ in thresholds(overrides or {}).values()]
    histories: dict[str, str] = {}
    for module in enabled:
        for dataset, column in module.HISTORY.items():
            if histories.setdefault(dataset, column) != column:
                raise WatchkeeperError(
                    f"{module.__name__}: HISTORY of {dataset} is {column!r}, another check's is "
                    f"{histories[dataset]!r}; one column per dataset can be followed."
                )
    return Needs(
        frozenset(dataset for module in enabled for dataset in module.READS),
        tuple(dict.fromkeys(need for module in enabled for need in module.METRICS)),
        histories,
    )


def thresholds(overrides: Overrides) -> dict[str, tuple[ModuleType, BaseModel]]:
    """Each enabled check by id with its thresholds, overridden. PolicyError names what is wrong."""
    known = modules(checks.__name__)
    for check_id in overrides:
        if check_id not in known:
            raise PolicyError(
                f"cost.yaml: checks.{check_id}: no such check; expected one of {', '.join(known)}"
            )
    enabled = {name: _enabled(name, overrides.get(name) or {}) for name in known}
    return {
        name: (module, _thresholds(name, module, overrides.get(name) or {}))
        for name, module in known.items()
        if enabled[name]
    }


def judge_all(
    estate: Mapping[str, pl.LazyFrame],
    gaps: pl.DataFrame,
    *,
    overrides: Overrides,
    as_of: datetime,
    domain: str = "cost",
) -> Sweep:
    """Judge `estate` (datasets, `metric_stats`, `prices`, `<dataset>_since`) by every enabled check.

    Where a gap hid what a check reads, the target gets one UNKNOWN row (`*`), and that check's PASS and FAIL
    there become UNKNOWN. PolicyError: an override is wrong. WatchkeeperError: the estate lacks a frame.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of must be time zone aware (UTC), got {as_of!r}")
    enabled = thresholds(overrides)
    _complete(estate, needs(overrides))
    frames = [
        _judged(module, settings, estate, gaps, as_of).with_columns(domain=pl.lit(domain))
        for module, settings in enabled.values()
    ]
    kept = [frame.filter(pl.col("status").is_in([Status.FAIL, Status.UNKNOWN])) for frame in frames]
    counted = [frame.group_by("check_id", "status").len("n") for frame in frames]
    collected = pl.collect_all([*kept, *counted])
    findings = pl.concat([FINDINGS.to_frame(), *collected[: len(frames)]])
    return Sweep(findings, _counts(list(enabled), collected[len(frames) :]))


def _judged(
    module: ModuleType,
    settings: BaseModel,
    estate: Mapping[str, pl.LazyFrame],
    gaps: pl.DataFrame,
    as_of: datetime,
) -> pl.LazyFrame:
    found: pl.LazyFrame = module.judge(estate, settings, as_of=as_of)
    hidden = relevant(gaps, module.READS, module.METRICS)
    if hidden.is_empty():
        return found
    whole = whole_targets(hidden, module.__name__, module.READS[0], module.SEVERITY)
    return pl.concat([with_gaps(found, hidden), whole.lazy()])


def _complete(estate: Mapping[str, pl.LazyFrame], needed: Needs) -> None:
    expected = {*needed.datasets, *(f"{name}_since" for name in needed.histories), "metric_stats", "prices"}
    if missing := expected - set(estate):
        raise WatchkeeperError(
            f"the estate lacks {', '.join(sorted(missing))}: a frame that is not given cannot be told from "
            "an "
            "empty one. Give an empty frame with the dataset's columns, and a gap that says why."
        )


def _enabled(check_id: str, override: Mapping[str, Any]) -> bool:
    enabled = override.get("enabled", True)
    if not isinstance(enabled, bool):
        raise PolicyError(f"cost.yaml: checks.{check_id}.enabled: expected true or false, got {enabled!r}")
    return enabled


def _thresholds(check_id: str, module: ModuleType, override: Mapping[str, Any]) -> BaseModel:
    own = {name: value for name, value in override.items() if name != "enabled"}
    model: type[BaseModel] = module.Thresholds
    try:
        return model.model_validate(own)
    except ValidationError as error:
        raise PolicyError(
            "\n".join(
                f"cost.yaml: checks.{check_id}.{'.'.join(map(str, one['loc']))}: {one['msg']}, got "
                f"{one['input']!r}; it has {', '.join(['enabled', *model.model_fields])}"
                for one in error.errors()
            )
        ) from error


def _counts(check_ids: Sequence[str], counted: Sequence[pl.DataFrame]) -> pl.DataFrame:
    counts = pl.concat([
        COUNTS.to_frame(),
        *(frame.select(pl.col(n).cast(d) for n, d in COUNTS.items()) for frame in counted),
    ])
    silent = [name for name in check_ids if name not in set(counts["check_id"])]
    nothing = pl.DataFrame([(name, str(Status.PASS), 0) for name in silent], schema=COUNTS, orient="row")
    return pl.concat([counts, nothing]).sort("check_id", "status")

"""One batch of series: scored, forecast, and kept in the lake, where a retry replaces what it kept."""

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from include.flows.asking import Asked, kinds, what_if
from include.flows.logs import log, table

if TYPE_CHECKING:
    import polars as pl

    from include.core.series import SeriesTable
    from include.domains.capacity.preparation import Prepared
    from include.lake import Lake, SnapshotInfo

LOOK_BACK = {"hour": timedelta(days=15), "day": timedelta(days=91)}
"""How old a kept forecast may be to be scored once more, by grain."""


class Batch(TypedDict):
    """All series of one target's resources between two ids; the frames stay in the lake."""

    snapshot_id: str
    target: str
    first: str
    last: str
    series: int
    """As many at most: some resources send nothing."""


class Kept(TypedDict):
    """A batch that is in the lake, and how many rows of each dataset."""

    batch: Batch
    rows: dict[str, int]


def forecast(batch: Batch, asked: Asked) -> Kept:
    """Score what was forecast earlier, choose, forecast, and keep it all."""
    from include.domains.capacity.ahead import Known, look_ahead
    from include.domains.capacity.choice import choices, record
    from include.domains.capacity.peaks import daily_peaks
    from include.domains.capacity.track_record import scored
    from include.lake import Lake

    lake, followed = Lake.from_env(), kinds(asked)
    snapshot = lake.snapshot(batch["snapshot_id"])
    prepared = series_of(lake, snapshot, batch, followed)
    earlier, models = _earlier(lake, snapshot, batch)
    scores = scored(earlier, models, prepared, scored_at=snapshot.as_of)
    chosen = choices(prepared, models, record(scores))
    prices = lake.read("prices", snapshot.snapshot_id).collect()
    known = Known(entities(lake, snapshot.snapshot_id), prices, followed, snapshot.as_of, what_if(asked))
    ahead = look_ahead(prepared, chosen, known, progress=_progress)
    kept = {
        "forecasts": ahead.forecasts,
        "forecast_models": ahead.models,
        "forecast_scores": scores,
        "daily_peaks": daily_peaks(prepared),
        "outlooks": ahead.outlooks,
        "what_if_forecasts": ahead.what_if,
    }
    _keep(lake, snapshot, prepared, kept)
    _told(ahead.models)
    return Kept(batch=batch, rows={dataset: frame.height for dataset, frame in kept.items()})


def entities(lake: "Lake", snapshot_id: str) -> "dict[str, pl.LazyFrame]":
    """Every dataset of a snapshot: what kinds, limits and remedies may look at."""
    from include.core import datasets

    return {name: lake.read(name, snapshot_id) for name in datasets.names()}


def series_of(
    lake: "Lake",
    snapshot: "SnapshotInfo",
    batch: Batch,
    table: "SeriesTable",
    estate: "dict[str, pl.LazyFrame] | None" = None,
) -> "Prepared":
    """The batch's series from the telemetry of all snapshots so far; `estate`: instead of the snapshot's."""
    import polars as pl

    from include.domains.capacity.catalogue import saturation
    from include.domains.capacity.preparation import prepare

    since = snapshot.as_of - timedelta(days=table.history_days)
    points = _of(lake.telemetry(since=since, until=snapshot.as_of), batch)
    past = {
        kind.dataset: _of(lake.every(kind.dataset), batch).filter(pl.col("as_of") <= snapshot.as_of)
        for kind in table.series.values()
        if kind.free_of is not None
    }
    found = saturation(points, estate or entities(lake, snapshot.snapshot_id), table, past)
    return prepare(_of(found, batch), table, as_of=snapshot.as_of)


def _of(frame: "pl.LazyFrame", batch: Batch) -> "pl.LazyFrame":
    """The batch's rows."""
    import polars as pl

    account_id, region = batch["target"].split("/")
    mine = pl.col("resource_id").is_between(pl.lit(batch["first"]), pl.lit(batch["last"]))
    return frame.filter(pl.col("account_id") == account_id, pl.col("region") == region, mine)


def _earlier(lake: "Lake", snapshot: "SnapshotInfo", batch: Batch) -> "tuple[pl.DataFrame, pl.DataFrame]":
    """FORECASTS of earlier snapshots that are still scored, and FORECAST_MODELS of this one too: the newest
    of each series and moment."""
    import polars as pl

    from include.domains.capacity.track_record import ISSUE
    from include.lake.schemas import schema

    at, oldest = snapshot.as_of, min(snapshot.as_of - age for age in LOOK_BACK.values())
    fresh = pl.any_horizontal(
        (pl.col("grain") == grain) & (pl.col("issued_at") >= at - age) for grain, age in LOOK_BACK.items()
    )
    kept = _of(lake.every("forecasts"), batch).filter(
        pl.col("as_of").is_between(oldest, at, closed="left"), fresh, pl.col("ts") < at
    )
    models = _of(lake.every("forecast_models"), batch).filter(pl.col("as_of").is_between(oldest, at))
    return (
        kept
        .sort("as_of")
        .unique([*ISSUE, "step"], keep="last")
        .select(schema("forecasts").names())
        .collect(),
        models.sort("as_of").unique(ISSUE, keep="last").select(schema("forecast_models").names()).collect(),
    )


def _keep(
    lake: "Lake", snapshot: "SnapshotInfo", prepared: "Prepared", kept: "dict[str, pl.DataFrame]"
) -> None:
    """Land every frame in place of what there was of the same resources."""
    if prepared.profiles.is_empty():
        return
    names = ("account_id", "region", "resource_type", "resource_id")
    part = {name: prepared.profiles[name].unique().to_list() for name in names}
    for dataset, frame in kept.items():
        lake.land(dataset, frame, snapshot_id=snapshot.snapshot_id, as_of=snapshot.as_of, part=part)


def _progress(done: int, of: int) -> None:
    log.info("forecast %d of %d series by the hour", done, of)


def _told(models: "pl.DataFrame") -> None:
    """What was chosen for each series and why; what could not be forecast, and why not."""
    import polars as pl

    name = pl.concat_str("resource_id", "series_kind", "grain", separator=" ")
    done = models.filter(status="PASS").select(
        name, "model", pl.col("error").round(3), pl.col("naive_error").round(3), "chosen_because"
    )
    table("forecast", ("series", "model", "error (MASE)", "the naive's", "chosen"), done.rows())
    failed = models.filter(pl.col("status") != "PASS").select(name, "reason")
    table("not forecast (UNKNOWN)", ("series", "why"), failed.rows())

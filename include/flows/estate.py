"""What the tasks of `collect_estate` do: read each target, judge the whole, land what is sound."""

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from include.flows.logs import table

if TYPE_CHECKING:
    import polars as pl

    from include.lake import Lake

log = logging.getLogger("watchkeeper")

TELEMETRY = ("metrics", "metric_windows")

Snapshot = dict[str, str]
"""`{"snapshot_id": ..., "as_of": ISO 8601}`: what crosses task boundaries; frames stay in the lake."""


def open_snapshot(as_of: datetime, run_id: str) -> Snapshot:
    """One snapshot per run, as of when it begins; later tasks and their retries take it from here."""
    from include.core.canonical import sha256

    return {
        "snapshot_id": f"{as_of:%Y%m%dT%H%M%SZ}-{sha256(run_id)[:4]}",
        "as_of": as_of.isoformat(),
    }


def choose_targets(asked: list[str] | None) -> list[str]:
    """Target ids (`111111111111/eu-west-1`), all of targets.yaml or those asked for."""
    from include.core.errors import PolicyError
    from include.policies.targets import targets

    known = [target.id for target in targets()]
    unknown = sorted(set(asked or []) - set(known))
    if unknown:
        raise PolicyError(
            f"Param targets: {', '.join(unknown)} not in targets.yaml; known: {', '.join(known)}"
        )
    return [one for one in known if not asked or one in asked]


def collect(target_id: str, snapshot: Snapshot) -> dict[str, Any]:
    """Read one target into the lake's staging: entities, telemetry, and what could not be read.

    A target whose role cannot be assumed is all gaps: it must not keep the others from being judged.
    """
    from include.core.errors import TargetUnreachable
    from include.lake import Lake

    lake = Lake.from_env()
    try:
        frames = _read(lake, target_id, datetime.fromisoformat(snapshot["as_of"]))
    except TargetUnreachable as error:
        log.error("%s: %s", target_id, error)
        frames = {"gaps": _all_gaps(target_id, str(error))}
    for dataset, frame in frames.items():
        lake.stage(snapshot["snapshot_id"], target_id.replace("/", "-"), dataset, frame)
    gaps = frames.pop("gaps")
    table(f"{target_id}: read", ("dataset", "rows"), [(name, one.height) for name, one in frames.items()])
    table(f"{target_id}: not read", ("dataset", "api", "code"), gaps.select("dataset", "api", "code").rows())
    resources = sum(frame.height for name, frame in frames.items() if name not in TELEMETRY)
    return {"target": target_id, "reached": bool(frames), "resources": resources, "gaps": gaps.height}


def _read(lake: "Lake", target_id: str, as_of: datetime) -> "dict[str, pl.DataFrame]":
    """Every dataset of one target, its telemetry and its gaps."""
    import polars as pl

    from include.aws.collect.metrics import collect_metrics
    from include.aws.collect.run import collect_target
    from include.flows.sessions import Clients
    from include.flows.telemetry import needed
    from include.lake.history import windows
    from include.policies.cost import cost_policy

    account_id, region = target_id.split("/")
    clients, needs = Clients("read"), needed(lake, account_id, region, as_of)
    collected = collect_target(clients.session(account_id, region), account_id, region)
    metrics, metric_gaps = collect_metrics(
        clients(account_id, region, "cloudwatch"),
        account_id,
        needs,
        collected.frames,
        as_of=as_of,
        period_seconds=cost_policy().telemetry.period_seconds,
    )
    gaps = pl.concat([collected.gaps, metric_gaps])
    read = windows(needs, gaps, account_id, region, as_of=as_of)
    return {**collected.frames, "metrics": metrics, "metric_windows": read, "gaps": gaps}


def _all_gaps(target_id: str, why: str) -> "pl.DataFrame":
    """A gap for every dataset there is: nothing of this target is known."""
    import polars as pl

    from include.core.datasets import names
    from include.core.gaps import GAPS

    rows = [(*target_id.split("/"), name, "sts:AssumeRole", "TargetUnreachable", why) for name in names()]
    return pl.DataFrame(rows, schema=GAPS, orient="row")


def validate(snapshot: Snapshot, collected: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Judge every dataset before it lands; returns the refused ones with the reasons."""
    import os
    from pathlib import Path

    from include.core.datasets import names
    from include.lake import Lake
    from include.quality import validate_snapshot

    lake = Lake.from_env()
    frames = {dataset: lake.staged(snapshot["snapshot_id"], dataset) for dataset in [*names(), "metrics"]}
    judged = validate_snapshot(
        frames,
        snapshot_id=snapshot["snapshot_id"],
        as_of=datetime.fromisoformat(snapshot["as_of"]),
        docs_folder=Path(os.environ["WATCHKEEPER_DATA_DOCS"]),
    )
    for dataset, verdict in judged.items():
        for failure in verdict.failures:
            log.log(logging.WARNING if verdict.ok else logging.ERROR, "%s: %s", dataset, failure)
    table(
        "judged",
        ("dataset", "rows", "verdict"),
        [
            (dataset, frames[dataset].height, "sound" if verdict.ok else "REFUSED")
            for dataset, verdict in judged.items()
        ],
    )
    return {
        dataset: [str(failure) for failure in verdict.failures]
        for dataset, verdict in judged.items()
        if not verdict.ok
    }


def land(
    snapshot: Snapshot, collected: list[dict[str, Any]], refused: dict[str, list[str]]
) -> dict[str, Any]:
    """Append the sound datasets to the lake; a refused one becomes a gap, so that its rules say UNKNOWN.

    TargetUnreachable when not one target could be read: that is no snapshot.
    """
    from include.core.datasets import names
    from include.core.errors import TargetUnreachable
    from include.domains.cost.sweep import needs
    from include.lake import Lake
    from include.lake.telemetry import aggregate
    from include.policies.cost import cost_policy

    if not any(one["reached"] for one in collected):
        raise TargetUnreachable("no target could be read: see the logs of `collect`, and docs/connect-aws.md")
    lake = Lake.from_env()
    snapshot_id, as_of = snapshot["snapshot_id"], datetime.fromisoformat(snapshot["as_of"])
    targets = [one["target"] for one in collected]
    sound = [dataset for dataset in names() if dataset not in refused]
    landing = {dataset: lake.staged(snapshot_id, dataset) for dataset in sound}
    resources = sum(frame.height for frame in landing.values())
    gaps = _with_refused(lake.staged(snapshot_id, "gaps"), refused, targets)
    metrics, read = (lake.staged(snapshot_id, name) for name in TELEMETRY)
    if "metrics" in refused:
        metrics, read = metrics.clear(), read.clear()
    stats = aggregate(metrics.lazy(), needs(cost_policy().checks).metrics, as_of=as_of)
    landing |= {"gaps": gaps, "metrics": metrics, "metric_windows": read, "metric_stats": stats}
    for dataset, frame in landing.items():
        lake.land(dataset, frame, snapshot_id=snapshot_id, as_of=as_of)
    lake.close(snapshot_id, as_of=as_of, targets=targets, resources=resources)
    table("landed", ("dataset", "rows"), [(dataset, frame.height) for dataset, frame in landing.items()])
    return {
        "snapshot_id": snapshot_id,
        "resources": resources,
        "gaps": gaps.height,
        "refused": sorted(refused),
    }


def _with_refused(gaps: "pl.DataFrame", refused: dict[str, list[str]], targets: list[str]) -> "pl.DataFrame":
    """The gaps, and one more per target for each dataset that was refused."""
    import polars as pl

    rows = [
        (*target.split("/"), dataset, "quality", "ExpectationFailed", reasons[0])
        for dataset, reasons in sorted(refused.items())
        for target in targets
    ]
    return pl.concat([gaps, pl.DataFrame(rows, schema=gaps.schema, orient="row")])

"""What Watchkeeper would have seen had it watched the simulated estate for two weeks.

AWS does not say since when an address is idle; only daily snapshots do. Capacity forecasts from a quarter's
telemetry, which the newest of them has, so that a collection reads only what came since. This writes both
into the lake:

    WATCHKEEPER_LAKE=... python -m include.simulation.history --endpoint http://127.0.0.1:5555

Safe to run again: the same server's snapshots replace themselves.
"""

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from include.aws.collect.network import elastic_ips
from include.lake import Lake
from include.simulation import past
from include.simulation.estate import resources
from include.simulation.manifest import PLACES
from include.simulation.stage import assumed

DAYS = 15
DATASET = "elastic_ips"
BEFORE = "eipassoc-before"
"""The association an address is said to have had before it fell idle."""


def backfill(lake: Lake, endpoint: str, *, days: int = DAYS) -> list[str]:
    """One snapshot for each of the last `days` days before the seeding; their names, oldest first.

    Only elastic addresses are in them, and in the last one telemetry. OSError when there is no server at
    `endpoint`.
    """
    seeded_at = datetime.fromisoformat(past.ask(endpoint, "health")["seeded_at"])
    ids = past.ask(endpoint, "ids")
    idle_days = {
        ids[resource.name]: resource.unassociated_days
        for resource in resources()
        if resource.name in ids and resource.unassociated_days is not None
    }
    now = _addresses(endpoint)
    targets = [f"{place.account_id}/{place.region}" for place in PLACES]
    written = []
    for day in range(days, 0, -1):
        as_of = seeded_at - timedelta(days=day)
        snapshot_id = f"{as_of:%Y%m%dT%H%M%SZ}"
        frame = then(now, idle_days, day)
        lake.land(DATASET, frame, snapshot_id=snapshot_id, as_of=as_of)
        if day == 1:
            for name, rows in past.telemetry(endpoint, as_of=as_of).items():
                lake.land(name, rows, snapshot_id=snapshot_id, as_of=as_of)
        lake.close(snapshot_id, as_of=as_of, targets=targets, resources=frame.height)
        written.append(snapshot_id)
    return written


def then(now: pl.DataFrame, idle_days: dict[str, float], day: float) -> pl.DataFrame:
    """The addresses `day` days ago: those idle for a shorter time were in use then."""
    idle_since = pl.col("resource_id").replace_strict(idle_days, default=None, return_dtype=pl.Float64)
    return now.with_columns(
        association_id=pl
        .when(idle_since < day)
        .then(pl.concat_str(pl.lit(BEFORE), "resource_id", separator="-"))
        .otherwise("association_id")
    )


def _addresses(endpoint: str) -> pl.DataFrame:
    """Every elastic address of the estate as it is now."""
    read = []
    for place in PLACES:
        ec2: Any = assumed(endpoint, place, "watchkeeper-read").client("ec2", endpoint_url=endpoint)
        read.append(elastic_ips(ec2).with_columns(account_id=pl.lit(place.account_id)))
    return pl.concat(read)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fills the lake at WATCHKEEPER_LAKE."""
    parser = argparse.ArgumentParser(prog="include.simulation.history", description=__doc__.split("\n")[0])
    parser.add_argument("--endpoint", required=True, help="of the simulated AWS")
    parser.add_argument("--days", type=int, default=DAYS)
    asked = parser.parse_args(arguments)
    written = backfill(Lake.from_env(), asked.endpoint, days=asked.days)
    print(f"{len(written)} earlier snapshots of {DATASET}: {written[0]} to {written[-1]} (with telemetry)")


if __name__ == "__main__":
    main()

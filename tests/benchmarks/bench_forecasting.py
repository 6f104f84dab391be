"""Forecasts: how good on real series, how fast beside plain Prophet, and how time and memory grow with the
number.

    python tests/benchmarks/bench_forecasting.py [SERIES ...]

The last line is one JSON object. The real series are those of `../shared/data/forecasting`, scored with its
`score.py`; where that is not there, the figures say so. The others are made here: 60 days of hours with
office hours, weekends, a trend and noise, each count in a process of its own, so that peaks are its own.
10,000 take minutes: the default stops at 1,000.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.domains.capacity.forecasting import Series, forecast_all
from tests.benchmarks.forecasts import HOUR

DATA = Path(__file__).parents[3] / "shared" / "data" / "forecasting"
HOURS, HORIZON = 60 * 24, 168
COUNTS = (100, 1_000)


def generated(count: int) -> Iterator[Series]:
    """Series that differ in level, shape, trend and noise, always the same ones."""
    hours = np.arange(HOURS)
    office = ((hours % 24 >= 8) & (hours % 24 < 18)) * np.where(hours // 24 % 7 < 5, 1.0, 0.3)
    nightly = (hours % 24 == 2) * 1.0
    for number in range(count):
        rng = np.random.default_rng(number)
        shape = (
            rng.uniform(0, 40) * office + rng.uniform(0, 20) * nightly + rng.uniform(-5, 10) * hours / HOURS
        )
        noise = rng.normal(0, rng.uniform(0.5, 6), HOURS)
        values = np.maximum(rng.uniform(5, 50) + shape + noise, 0)
        yield Series((f"s{number}",), datetime(2026, 3, 2, tzinfo=UTC), HOUR, values, horizon=HORIZON)


def many(count: int) -> dict[str, object]:
    """Wall seconds and peaks of `count` generated series, forecast in this process and its workers."""
    began = time.perf_counter()
    passed = sum(
        made.status == "PASS" for made in forecast_all(generated(count), HORIZON, workers=os.cpu_count() or 1)
    )
    seconds = time.perf_counter() - began
    parent, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "forecasts": passed,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in (parent, workers)), 1),
        "peak_mib": round(parent.ru_maxrss / 1024),
        "peak_mib_of_the_largest_worker": round(workers.ru_maxrss / 1024),
    }


def real() -> dict[str, object]:
    """The scores over all real series, and the rate beside Prophet's."""
    source = DATA / "series.parquet"
    if not source.exists():
        return {"real_series": f"{source} is not there: not measured"}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "forecasts.parquet"
        script = [sys.executable, str(Path(__file__).with_name("forecasts.py"))]
        told = _output([*script, str(source), str(target), "--prophet"]).splitlines()
        scores = _output([sys.executable, str(DATA / "score.py"), str(source), f"engine={target}"])
    print(scores, file=sys.stderr)
    names = ("series", "mase", "rel", "wql", "cover")
    row = next(line for line in scores.splitlines() if " ALL " in line)
    numbers = [cell.strip() for cell in row.strip("│").split("┆")][1:]
    return {**dict(zip(names, map(float, numbers), strict=True)), "rate": told[0], "beside_prophet": told[-1]}


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main(counts: list[int]) -> None:
    found: dict[str, object] = {"benchmark": "forecasting", **real()}
    for count in counts:
        found[f"{count}_series"] = json.loads(_output([sys.executable, __file__, "--many", str(count)]))
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--many"]:
        print(json.dumps(many(int(sys.argv[2]))))
    else:
        main([int(argument) for argument in sys.argv[1:]] or list(COUNTS))

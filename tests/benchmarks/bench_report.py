"""Reports of a large estate: seconds to write and size. One JSON line.

    python tests/benchmarks/bench_report.py

5,000 cost findings, and 10,000 followed series with a quarter of daily peaks and half a year ahead of each.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.core.forecasts import DAILY_PEAKS, FORECASTS
from include.reports import capacity, cost
from tests.reports.capacity_examples import FOLLOWED, a_capacity_report, forecast_of, peaks_of
from tests.reports.examples import FOUND, a_report

FINDINGS, SERIES = 5_000, 10_000


def of_cost(folder: Path) -> dict[str, object]:
    """A report of many findings, of the kinds the examples have."""
    rows = [FOUND[n % len(FOUND)] | {"resource_id": f"r-{n:05}"} for n in range(FINDINGS)]
    return _written(lambda: cost.write(folder, a_report(*rows)).html)


def of_capacity(folder: Path) -> dict[str, object]:
    """A report of many series, a third of them with a plan due."""
    rows = [FOLLOWED[n % len(FOLLOWED)] | {"resource_id": f"r-{n:05}"} for n in range(SERIES)]
    report = a_capacity_report(
        *rows,
        peaks=_many(peaks_of, DAILY_PEAKS),
        forecasts=_many(forecast_of, FORECASTS),
    )
    return _written(lambda: capacity.write(folder, report).html)


def _many(made, schema: pl.Schema) -> pl.LazyFrame:
    """The lines of every series: those of the examples under all their names."""
    kinds = [row for row in FOLLOWED if row["status"] != "UNKNOWN"]
    lines = pl.DataFrame([line | {"kind": n} for n, row in enumerate(kinds) for line in made(row)])
    ids = pl.DataFrame({"resource_id": [f"r-{n:05}" for n in range(SERIES)]}).with_row_index("n")
    named = ids.with_columns(kind=(pl.col("n") % len(FOLLOWED)).cast(pl.Int64))
    return (
        named
        .lazy()
        .join(lines.lazy().drop("resource_id"), on="kind")
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    )


def _written(write) -> dict[str, object]:
    began, used = time.perf_counter(), time.process_time()
    page = write()
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - used, 1),
        "page_mib": round(page.stat().st_size / 1024**2, 1),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        found = {
            "benchmark": "report",
            f"{FINDINGS}_findings": of_cost(Path(scratch)),
            f"{SERIES}_series": of_capacity(Path(scratch)),
        }
    print(json.dumps(found))

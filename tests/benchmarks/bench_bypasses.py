"""Ways round the sign-off: how many the tests try, and how many are stopped.

    python tests/benchmarks/bench_bypasses.py [--without-airflow]

Every test marked `bypass` is one attempt; it passes only when nothing was applied and the journal tells. The
ones in tests/e2e start the whole stack; `--without-airflow` leaves those out.
"""

import contextlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Counting:
    """Counts attempts by how they ended."""

    def __init__(self) -> None:
        self.tried: set[str] = set()
        self.stopped: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.tried.add(report.nodeid)
        if report.when == "call" and report.passed:
            self.stopped.add(report.nodeid)
        elif report.failed:
            self.stopped.discard(report.nodeid)


def main() -> int:
    counting = Counting()
    folders = ["change"] if "--without-airflow" in sys.argv else ["change", "e2e"]
    arguments = ["-q", "-n", "0", "-m", "bypass", *(str(ROOT / "tests" / name) for name in folders)]
    with contextlib.redirect_stdout(sys.stderr):
        code = pytest.main(arguments, plugins=[counting])
    print(json.dumps({"tried": len(counting.tried), "stopped": len(counting.stopped)}))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())

"""Seeded cases of faults in real processes, and a kill at every step. One JSON line.

    python tests/benchmarks/bench_faults.py

`lost` and `doubled` must be 0: the world's own record judges the ledger (tests/change/fault_judge.py).
A case takes two seconds on a quiet machine: CASES=1000 runs more of them, FIRST=1000 others. Interrupted
(Ctrl-C), it tells what it found until then.
"""

import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ["PYTHONPATH"] = sys.path[0]  # for the server that forks the workers

from include.ledger import views
from tests.change.conftest import POLICY
from tests.change.fault_cases import Case, seeded
from tests.change.fault_judge import Told
from tests.change.fault_run import Faults
from tests.change.own_postgres import own_postgres
from tests.change.world import finding

CASES, FIRST = int(os.environ.get("CASES", "200")), int(os.environ.get("FIRST", "0"))


def measure(folder: Path) -> dict[str, object]:
    """All cases on one PostgreSQL, and the journal they leave."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "change.yaml").write_text(POLICY)
    os.environ["WATCHKEEPER_POLICIES"] = str(policies)
    began, told = time.perf_counter(), Told()
    with own_postgres() as postgres:
        faults = Faults(postgres, postgres.url, str(policies), folder)
        steps = kill_at_every_step(faults, told)
        cases = 0
        with contextlib.suppress(KeyboardInterrupt):
            for seed in range(FIRST, FIRST + CASES):
                told += faults.run(seeded(seed))
                cases += 1
        chain = views.verify_journal(faults.ledger)
    for wrong in [*told.lost, *told.doubled]:
        print(wrong, file=sys.stderr)
    return {
        "benchmark": "faults",
        "cases": cases + steps,
        "steps_killed_at": steps,
        "injected": told.injected.total(),
        "lost": len(told.lost),
        "doubled": len(told.doubled),
        "journal": "whole" if chain.ok else f"broken at {chain.first_bad}",
        "seconds": round(time.perf_counter() - began, 1),
        "by_kind": dict(sorted(told.injected.items())),
    }


def kill_at_every_step(faults: Faults, told: Told) -> int:
    """One change of three steps, whose worker is killed at each step of apply in turn; how many there are."""
    step = 0
    while True:
        name = f"step-{step + 1}"
        row = finding(f"{name}-1", action="fake.resize", params={"size": "small"})
        found = faults.run(Case(name, [[row]], outside={(1, 0): {step + 1: "kill"}}))
        told += found
        if not found.injected:
            return step
        step += 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(Path(scratch))
    print(json.dumps(figures))
    sys.exit(1 if figures["lost"] or figures["doubled"] or figures["journal"] != "whole" else 0)

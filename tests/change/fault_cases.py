"""Seeded cases of everything that can go wrong at once.

A case: three resources; a plan, one plan and two workers, or two sweeps that plan and apply at the same time;
AWS's faults by resource and moment; and by process what befalls it at which step.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.change.world import finding

ACTIONS: tuple[dict[str, Any], ...] = (
    {"action": "fake.stop"},
    {"action": "fake.resize", "params": {"size": "small"}},
    {"action": "fake.delete"},
    {"action": "fake.snapshot_delete"},
)


@dataclass(frozen=True)
class Case:
    """`sweeps`: the findings of each; `workers`: side by side on each plan; `outside`: {(round, process):
    {step: what}}, round 0 being the planning."""

    name: str
    sweeps: list[list[dict[str, Any]]]
    workers: int = 1
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    outside: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)

    @property
    def resources(self) -> list[str]:
        return sorted({row["resource_id"] for rows in self.sweeps for row in rows})


def seeded(seed: int, *, restarts: float = 0.05) -> Case:
    """The case of a seed; `restarts`: the share of disturbances that restart or crash PostgreSQL."""
    chance = random.Random(seed)
    sweeps, workers = chance.choice([(1, 1), (1, 1), (1, 2), (2, 1)])
    ids = [f"s{seed}-{n}" for n in range(3)]
    faults = []
    for _ in range(chance.randint(0, 3)):
        place = chance.choice(("read", "before", "halfway", "after")), chance.choice(ids)
        kind = chance.choice(("denied", "throttled", "throttled", "5xx", "no answer"))
        faults += [(*place, kind)] * (chance.randint(1, 4) if kind == "throttled" else 1)
    outside: dict[tuple[int, int], dict[int, str]] = {}
    for process in range(sweeps * workers):
        for number in range(chance.randint(0, 3)):
            what = chance.choice(("kill", "kill", "cut"))
            if chance.random() < restarts:
                what = chance.choice(("restart", "crash"))
            last = 12 if number == 0 else 110
            outside[number, process] = {chance.randint(1, last): what}
    rows = [[finding(i, **chance.choice(ACTIONS)) for i in ids] for _ in range(sweeps)]
    return Case(f"seed-{seed}", rows, workers, faults, outside)

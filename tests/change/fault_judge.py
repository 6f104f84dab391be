"""The judge of a case: the world's own record against what the ledger says."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from include.core.changes import Change
from include.ledger import Ledger, views
from tests.change.fault_cases import Case
from tests.change.fault_world import RecordedWorld

SETTLED = {"applied", "failed", "stale", "skipped", "unknown"}
STEPS = {"fake.resize": 3}
"""Effects of one change, where there are several."""
Plans = dict[str, tuple[Change, ...]]
"""{digest: changes}."""


@dataclass
class Told:
    """What the judge found of a case; `injected` counts what really struck, by kind."""

    injected: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Told") -> "Told":
        self.injected += other.injected
        self.lost += other.lost
        self.doubled += other.doubled
        return self


@dataclass
class Judge:
    """Compares the world's record with what the ledger says."""

    case: Case
    world: RecordedWorld
    ledger: Ledger
    plans: Plans

    def told(self) -> Told:
        fired = list(self.world.fired)
        told = Told(Counter(kind for kind, *_ in fired))
        states = {digest: self._states(digest, told) for digest in self.plans}
        harmless = self._harmless(fired)
        for resource_id in self.case.resources:
            changes = [
                (change, states[digest][change.change_id])
                for digest, changes in self.plans.items()
                for change in changes
                if change.resource_id == resource_id
            ]
            told.doubled += self._doubled(resource_id, changes)
            told.lost += self._lost(resource_id, changes, harmless)
        return told

    def _states(self, digest: str, told: Told) -> dict[str, str]:
        view = views.plan(self.ledger, digest)
        states = {one.change_id: one.state for one in view.executions}
        told.lost += [f"{self.case.name}: {c} is left {s}" for c, s in states.items() if s not in SETTLED]
        written = Counter(
            json.loads(row.body)["change_id"] for row in view.journal if row.kind == "change.applied"
        )
        told.doubled += [f"{self.case.name}: {c} journaled {n} times" for c, n in written.items() if n > 1]
        return states

    def _harmless(self, fired: list[list[Any]]) -> bool:
        """Whether all that struck passes by itself: then every change must have been made."""
        silent = Counter(where for kind, _, where in fired if kind in {"5xx", "no answer"})
        return (
            all(kind != "denied" for kind, *_ in fired)
            and all(count == 1 for count in silent.values())
            and not any(kind in {"5xx", "no answer"} and moment == "read" for kind, moment, _ in fired)
        )

    def _doubled(self, resource_id: str, changes: list[tuple[Change, str]]) -> Iterator[str]:
        most = max((STEPS.get(change.action, 1) for change, _ in changes), default=0)
        happened = self.world.effects_of(resource_id)
        if happened > most:
            yield f"{self.case.name}: {resource_id} was changed {happened} times, {most} are one change's"
        copies = Counter(name for name, value in self.world.record if value == {"of": resource_id})
        if copies.total() > 1:
            yield f"{self.case.name}: {resource_id} was copied {copies.total()} times"
        if sum(state == "applied" for _, state in changes) > 1:
            yield f"{self.case.name}: {resource_id} was changed by two plans"

    def _lost(self, resource_id: str, changes: list[tuple[Change, str]], harmless: bool) -> Iterator[str]:
        live = self.world.resources.get(resource_id)
        states = [state for _, state in changes]
        for change, state in changes:
            if state == "applied" and live != change.after:
                yield f"{self.case.name}: {resource_id} is said to be applied, and is {live}"
        touched = any(live != change.before for change, _ in changes)
        if touched and not set(states) & {"applied", "unknown", "failed"}:
            yield f"{self.case.name}: {resource_id} is {live}, yet nobody says so: {states}"
        done = any(live == change.after for change, _ in changes)
        if done and not set(states) & {"applied", "unknown"}:
            yield f"{self.case.name}: {resource_id} is done, yet said {states}"
        if harmless and "applied" not in states:
            yield f"{self.case.name}: {resource_id} was not changed although all faults passed: {states}"

"""Verify: the rule that found a change's resource must no longer find it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from include.change import telling
from include.core.changes import Change
from include.ledger import Ledger, executions, plans
from include.ledger.journal import Entry
from include.ledger.models import ROLLBACKS


@dataclass(frozen=True)
class Verified:
    """Every change's state after verification, and the ids of those whose rule still finds them."""

    states: dict[str, str]
    still_found: frozenset[str]


def verify_plan(
    ledger: Ledger, digest: str, still_found: Callable[[list[Change]], set[str]], now: datetime
) -> Verified:
    """Ask `still_found` (ids of changes whose rule still fails, by live state) about what was applied.

    A rollback is verified by what apply read back: its rule should find the resource again.
    PlanChanged: the plan was tampered with. Safe to run again: only changes still `applied` are asked about.
    """
    with ledger.transaction() as session:
        record = plans.locked(session, digest, shared=True)
        plan, rollback = plans.content(record), record.origin in ROLLBACKS
        states = {e.change_id: e.state for e in executions.of_plan(session, digest)}
    applied = [change for change in plan.changes if states[change.change_id] == "applied"]
    again = still_found(applied) if applied and not rollback else set()
    return _write(ledger, digest, {change.change_id for change in applied}, frozenset(again), now)


def _write(ledger: Ledger, digest: str, asked: set[str], again: frozenset[str], now: datetime) -> Verified:
    with ledger.transaction() as session:
        record = plans.locked(session, digest)
        found = executions.of_plan(session, digest, lock=True)
        entries = []
        for execution in found:
            if execution.state != "applied" or execution.change_id not in asked:
                continue
            if execution.change_id in again:
                execution.state, kind = "failed", "change.still_found"
                execution.reason = "applied, yet the rule that found it still does"
            else:
                execution.state, kind = "verified", "change.verified"
                execution.verified_at = now
            entries.append(Entry(kind, digest, {"change_id": execution.change_id}))
        session.flush()
        if entries:
            record.state = executions.plan_state(executions.counts(session, digest))
            entries.append(Entry("plan.verified", digest, {"state": record.state}))
        telling.append(session, entries, at=now)
        return Verified({e.change_id: e.state for e in found}, again & asked)

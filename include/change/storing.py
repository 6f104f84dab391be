"""Plans into the ledger, with what was left out of them: one transaction, and the journal tells all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from include.change import telling
from include.change.overlaps import Finding
from include.core.changes import ChangePlan
from include.ledger import Ledger, plans
from include.ledger.journal import Entry
from include.ledger.models import Origin


@dataclass(frozen=True)
class LeftOut:
    """A finding that asked for a change and did not get one."""

    finding: Finding
    why: str


@dataclass(frozen=True)
class Planned:
    """What a run wants to change, and what it does not."""

    plans: list[ChangePlan]
    left_out: list[LeftOut]


def store_plans(
    ledger: Ledger,
    made: list[ChangePlan],
    left_out: list[LeftOut],
    version: str,
    exempt: Sequence[LeftOut] = (),
    *,
    origin: Origin,
    dag_id: str,
    run_id: str,
    now: datetime,
    undoes: dict[str, str] | None = None,
) -> None:
    """Store plans with their journal entries in one transaction; those already there stay as they are."""
    with ledger.transaction() as session:
        entries = []
        for plan in made:
            added = plans.store(
                session,
                plan,
                origin=origin,
                state="signed_off" if plan.level == "auto" else "awaiting_sign_off",
                dag_id=dag_id,
                run_id=run_id,
                now=now,
                undoes=undoes,
            )
            if added:
                entries.append(Entry("plan.stored", plan.digest, _summary(plan, origin)))
        if origin == "planned":
            gone = plans.supersede(session, dag_id, run_id, keep={plan.digest for plan in made})
            entries += [Entry("plan.superseded", digest, {"run": f"{dag_id}/{run_id}"}) for digest in gone]
        told = {"plan.left_out": left_out, "findings.exempt": exempt} if entries or not made else {}
        for kind, those in told.items():
            if those:
                body = {kind.partition(".")[2]: _reasons(those), "policy_version": version}
                entries.append(Entry(kind, f"{dag_id}/{run_id}", body))
        telling.append(session, entries, at=now)


def _summary(plan: ChangePlan, origin: str) -> dict[str, object]:
    return {
        "origin": origin,
        "domain": plan.domain,
        "level": plan.level,
        "snapshot_id": plan.snapshot_id,
        "requester": plan.requester,
        "policy_version": plan.policy_version,
        "parent_digest": plan.parent_digest,
        "changes": [change.change_id for change in plan.changes],
        "saving_usd_month": str(plan.saving_usd_month),
    }


def _reasons(left_out: Sequence[LeftOut]) -> list[dict[str, object]]:
    fields = ("check_id", "account_id", "region", "resource_id", "action")
    return [{**{field: one.finding[field] for field in fields}, "why": one.why} for one in left_out]

"""Plans in the ledger: stored once, read with proof, their state moved."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from include.core.canonical import sha256
from include.core.changes import ChangePlan
from include.core.errors import WatchkeeperError
from include.ledger.models import ExecutionRecord, Origin, PlanRecord, PlanState


def store(
    session: Session,
    plan: ChangePlan,
    *,
    origin: Origin,
    state: PlanState,
    dag_id: str,
    run_id: str,
    now: datetime,
    undoes: Mapping[str, str] | None = None,
) -> bool:
    """Store a plan with one execution per change; False when its digest is there already (a retried task).

    `undoes`: {change id: `<plan digest>/<change id>` it rolls back}.
    """
    content = plan.content
    digest = sha256(content)
    row = insert(PlanRecord).values(
        digest=digest,
        content=content,
        domain=plan.domain,
        level=plan.level,
        origin=origin,
        dag_id=dag_id,
        run_id=run_id,
        requester=plan.requester,
        policy_version=plan.policy_version,
        parent_digest=plan.parent_digest,
        created_at=now,
        state=state,
        change_count=len(plan.changes),
        saving_usd_month=plan.saving_usd_month,
        unpriced=plan.unpriced,
    )
    added = session.execute(row.on_conflict_do_nothing().returning(PlanRecord.digest)).first()
    if added is None:
        return False
    session.add_all(
        ExecutionRecord(
            digest=digest,
            change_id=change.change_id,
            position=position,
            account_id=change.account_id,
            region=change.region,
            resource_type=change.resource_type,
            resource_id=change.resource_id,
            state="planned",
            undoes=(undoes or {}).get(change.change_id),
            saving_usd_month=change.saving_usd_month,
            attempts=0,
        )
        for position, change in enumerate(plan.changes)
    )
    return True


def locked(session: Session, digest: str, *, shared: bool = False) -> PlanRecord:
    """The plan's row, locked until the transaction ends; WatchkeeperError when there is none."""
    query = select(PlanRecord).where(PlanRecord.digest == digest).with_for_update(read=shared)
    record = session.scalars(query.execution_options(populate_existing=True)).first()
    if record is None:
        raise WatchkeeperError(f"no plan {digest[:12]} in the ledger: expected the digest of a stored plan")
    return record


def content(record: PlanRecord) -> ChangePlan:
    """The plan behind the row; PlanChanged when the stored content does not give its digest."""
    return _read(record.content, record.digest)


@lru_cache(maxsize=4)
def _read(content: str, digest: str) -> ChangePlan:
    """Read once per content: the stored text itself is the key, so each claim still proves it."""
    return ChangePlan.read(content, digest)


def supersede(session: Session, dag_id: str, run_id: str, *, keep: set[str]) -> list[str]:
    """Expire what an earlier attempt of the same run planned and nobody answered; their digests."""
    unanswered = (
        PlanRecord.dag_id == dag_id,
        PlanRecord.run_id == run_id,
        PlanRecord.origin == "planned",
        PlanRecord.state == "awaiting_sign_off",
        PlanRecord.digest.not_in(keep),
    )
    changed = update(PlanRecord).where(*unanswered).values(state="expired").returning(PlanRecord.digest)
    return list(session.scalars(changed))

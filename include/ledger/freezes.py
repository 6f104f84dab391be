"""Freezes: while one is in force nothing is applied, whoever signed off."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from include.core.errors import WatchkeeperError
from include.ledger import journal
from include.ledger.connection import Ledger
from include.ledger.journal import Entry
from include.ledger.models import FreezeRecord


def set_freeze(ledger: Ledger, *, reason: str, owner: str, now: datetime, expires_at: datetime) -> int:
    """Freeze all changes until `expires_at`; its id. WatchkeeperError without reason, owner or future."""
    if not reason.strip() or not owner.strip() or expires_at <= now:
        raise WatchkeeperError(
            "freeze: expected a reason, an owner and an expiry in the future, "
            f"got {reason!r}, {owner!r}, {expires_at:%Y-%m-%d %H:%M}"
        )
    with ledger.transaction() as session:
        record = FreezeRecord(reason=reason, owner=owner, set_at=now, expires_at=expires_at)
        session.add(record)
        session.flush()
        body = {"reason": reason, "owner": owner, "expires_at": expires_at.isoformat()}
        journal.append(session, [Entry("freeze.set", f"freeze {record.id}", body)], at=now)
        return record.id


def lift(ledger: Ledger, freeze_id: int, *, by: str, now: datetime) -> None:
    """End a freeze before its expiry; WatchkeeperError when none with this id is set."""
    with ledger.transaction() as session:
        record = session.get(FreezeRecord, freeze_id, with_for_update=True)
        if record is None or record.lifted_at is not None:
            raise WatchkeeperError(f"freeze {freeze_id}: expected one that is set and not lifted yet")
        record.lifted_at, record.lifted_by = now, by
        journal.append(session, [Entry("freeze.lifted", f"freeze {freeze_id}", {"by": by})], at=now)


def in_force(session: Session, now: datetime) -> list[FreezeRecord]:
    """The freezes neither lifted nor expired at `now`, oldest first."""
    holds = (FreezeRecord.lifted_at.is_(None), FreezeRecord.expires_at > now)
    return list(session.scalars(select(FreezeRecord).where(*holds).order_by(FreezeRecord.id)))

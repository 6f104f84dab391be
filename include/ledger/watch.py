"""What the journal says of itself: when it was proved, and where its head was published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from include.core.heads import Head
from include.ledger import journal
from include.ledger.connection import Ledger
from include.ledger.journal import Entry
from include.ledger.models import JournalRecord

SUBJECT = "journal"
Kind = Literal["journal.verified", "journal.broken", "journal.published", "journal.not_published"]


@dataclass(frozen=True)
class Noted:
    """One such entry."""

    kind: str
    at: datetime
    body: dict[str, Any]


def note(ledger: Ledger, kind: Kind, body: Mapping[str, Any], *, now: datetime) -> None:
    """Journal a verdict on the journal, or a publication of its head."""
    with ledger.transaction() as session:
        journal.append(session, [Entry(kind, SUBJECT, dict(body))], at=now)


def last(ledger: Ledger, *kinds: Kind) -> Noted | None:
    """The newest entry of these kinds."""
    entry = JournalRecord
    query = select(entry).where(entry.subject == SUBJECT, entry.kind.in_(kinds)).order_by(entry.seq.desc())
    with ledger.transaction() as session:
        found = session.scalars(query.limit(1)).first()
        return Noted(found.kind, found.at, json.loads(found.body)) if found else None


def head_of(proved: Noted | None) -> Head | None:
    """The head that a `journal.verified` entry tells; None: the last proof failed, or there is none."""
    if proved is None or proved.kind != "journal.verified":
        return None
    return Head(proved.body["rows"], proved.body["head"], f"proved {proved.at:%Y-%m-%d %H:%M} UTC")

"""What the change road tells the journal: its entries, and the policy they were decided by.

The text of each version of `change.yaml` is journaled once, before the first entry that names it, so that an
auditor can read by which rules a change was decided even when the file is long gone.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from include.ledger import journal
from include.ledger.journal import Entry
from include.ledger.models import JournalRecord
from include.policies.change import FILE, policy_text

IN_FORCE = "policy.in_force"
"""`subject`: the version; `body`: the file and its text."""


def append(session: Session, entries: Sequence[Entry], *, at: datetime) -> None:
    """As `journal.append`, the policy's text first where the journal does not hold it yet."""
    named = dict.fromkeys(entry.body.get("policy_version") for entry in entries)
    texts = {version: text for version in named if version and (text := policy_text(version)) is not None}
    new = [
        Entry(IN_FORCE, version, {"file": FILE, "text": texts[version]})
        for version in _untold(session, list(texts))
    ]
    journal.append(session, [*new, *entries], at=at)


def _untold(session: Session, versions: list[str]) -> list[str]:
    """Those whose text the journal does not hold."""
    if not versions:
        return []
    held = select(JournalRecord.subject).where(
        JournalRecord.kind == IN_FORCE, JournalRecord.subject.in_(versions)
    )
    there = set(session.scalars(held))
    return [version for version in versions if version not in there]

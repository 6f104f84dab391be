"""The append-only, hash-chained journal: who did what, when, and proof that nobody changed it since.

Each row's hash covers its own columns and the hash before it, so editing, removing, reordering or inserting a
row breaks the chain at that row. Rows cut off the end are caught by a head published elsewhere (`expected`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from include.core.canonical import canonical_json, sha256
from include.ledger.models import JournalRecord

GENESIS = "0" * 64
"""`prev_hash` of the first row."""
WRITER_LOCK = 0x77617463686B6570  # "watchkep": the lock every writer of the journal takes
FETCH_ROWS = 10_000


class Entry(NamedTuple):
    """What is to be journaled: `kind` such as `change.applied`, `subject` such as a plan's digest."""

    kind: str
    subject: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Verified:
    """The journal's proof. `first_bad` is the seq of the first row that is not as it was written."""

    ok: bool
    rows: int
    first_bad: int | None
    reason: str | None
    head: str


def append(session: Session, entries: Sequence[Entry], *, at: datetime) -> None:
    """Add entries at the chain's end. Call it last in a transaction: it waits for the one writer's lock and
    holds it until commit, and taking row locks after it could deadlock."""
    if not entries:
        return
    session.flush()
    session.execute(select(func.pg_advisory_xact_lock(WRITER_LOCK)))
    last = session.execute(
        select(JournalRecord.seq, JournalRecord.hash).order_by(JournalRecord.seq.desc()).limit(1)
    ).first()
    seq, head = (last.seq, last.hash) if last else (0, GENESIS)
    rows = []
    for entry in entries:
        seq += 1
        row = {
            "seq": seq,
            "at": at,
            "kind": entry.kind,
            "subject": entry.subject,
            "body": _storable(canonical_json(entry.body)),
            "prev_hash": head,
        }
        head = row_hash(seq, at, entry.kind, entry.subject, str(row["body"]), head)
        rows.append(row | {"hash": head})
    session.execute(insert(JournalRecord), rows)


def row_hash(seq: int, at: datetime, kind: str, subject: str, body: str, prev_hash: str) -> str:
    """SHA-256 over the canonical JSON of one row; `at` in UTC with microseconds, `body` as stored."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(canonical_json([seq, moment, kind, subject, body, prev_hash]))


def verify(connection: Connection, expected: Mapping[int, str]) -> Verified:
    """Walk the whole chain, streaming. `expected`: heads published elsewhere, {seq: hash}."""
    streaming = connection.execution_options(yield_per=FETCH_ROWS)
    with streaming.execute(select(*JournalRecord.__table__.c).order_by(JournalRecord.seq)) as found:
        return _walk(found, dict(expected))


def _walk(found: Iterable[Any], published: dict[int, str]) -> Verified:
    rows, head = 0, GENESIS
    for row in found:
        rows += 1
        wrong = _wrong(row, rows, head, published.pop(row.seq, None))
        if wrong:
            return Verified(False, rows, row.seq, wrong, head)
        head = row.hash
    if published:
        seq = min(published)
        return Verified(False, rows, seq, f"row {seq} was published and is no longer there", head)
    return Verified(True, rows, None, None, head)


def _wrong(row: Any, place: int, head: str, published: str | None) -> str | None:
    if row.seq != place:
        return f"row {place} is missing: the next one is {row.seq}"
    if row.prev_hash != head:
        return f"row {row.seq} does not follow the row before it"
    if row.hash != row_hash(row.seq, row.at, row.kind, row.subject, row.body, row.prev_hash):
        return f"row {row.seq} was edited: its content does not give its hash"
    if published is not None and published != row.hash:
        return f"row {row.seq} is not the one whose hash was published"
    return None


def _storable(text: str) -> str:
    """UTF-8 cannot hold lone surrogates: journal them as their JSON escape."""
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)

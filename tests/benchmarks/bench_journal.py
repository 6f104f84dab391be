"""How fast the journal is written and proved, on an embedded PostgreSQL. One JSON line.

Appends are measured as the road makes them: one transaction per entry, and in batches as planning stores
them. The rows to be proved are put there by COPY, each with its right hash.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

ROWS = 1_000_000
SINGLE, BATCHES, BATCH = 1_000, 20, 500
AT = datetime(2026, 11, 1, tzinfo=UTC)
BODY = {
    "attempt": 1,
    "change_id": "chg-0123456789ab",
    "policy_version": "a" * 64,
    "token": "wk-0123456789abcdef0123456789abcdef",
    "worker": "cost_sweep/scheduled__2026-11-22T00:00:00+00:00/0",
}
"""A `change.claimed`: the most frequent kind, and of middling length."""


def measure(rows: int) -> dict[str, Any]:
    """Rates in rows per second, times in seconds; wall clock, and this process's CPU beside it."""
    from include.ledger import Ledger, views

    with _database() as (owner, application):
        ledger = Ledger(application)
        single, batched = _append(ledger)
        _fill(owner, views.verify_journal(ledger), rows)
        began, cpu = time.perf_counter(), time.process_time()
        proof = views.verify_journal(ledger)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert (proof.ok, proof.rows) == (True, rows), proof
    return {
        "benchmark": "journal",
        "append_one_by_one_rows_per_s": round(single),
        "append_in_batches_rows_per_s": round(batched),
        "verify_rows": rows,
        "verify_s": round(wall, 1),
        "verify_cpu_s": round(cpu, 1),
        "verify_rows_per_s": round(rows / wall),
    }


@contextmanager
def _database() -> Iterator[tuple[str, str]]:
    """A migrated ledger, as its owner and as the application reach it."""
    from include.ledger.migrate import upgrade
    from include.ledger.rights import APPLICATION
    from include.stack.postgres import LEDGER, Postgres

    folder = Path(tempfile.mkdtemp(prefix="wk-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user under root
    server = Postgres(folder / "postgres")
    server.start()
    try:
        server.create(LEDGER)
        upgrade(server.url(LEDGER))
        yield server.url(LEDGER), server.url(LEDGER, APPLICATION)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _append(ledger: Any) -> tuple[float, float]:
    from include.ledger import journal
    from include.ledger.journal import Entry

    entry = Entry("change.claimed", "d" * 64, BODY)
    began = time.perf_counter()
    for _ in range(SINGLE):
        with ledger.transaction() as session:
            journal.append(session, [entry], at=AT)
    single = SINGLE / (time.perf_counter() - began)
    began = time.perf_counter()
    for _ in range(BATCHES):
        with ledger.transaction() as session:
            journal.append(session, [entry] * BATCH, at=AT)
    return single, BATCHES * BATCH / (time.perf_counter() - began)


def _fill(owner: str, proof: Any, rows: int) -> None:
    """Go on from what was appended until there are `rows`."""
    import psycopg

    from include.core.canonical import canonical_json
    from include.ledger.journal import row_hash

    body, head = canonical_json(BODY), proof.head
    with (
        psycopg.connect(owner.replace("+psycopg", "")) as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY journal FROM STDIN") as copy,
    ):
        for seq in range(proof.rows + 1, rows + 1):
            at = AT + timedelta(seconds=seq)
            hashed = row_hash(seq, at, "change.claimed", "d" * 64, body, head)
            copy.write_row((seq, at, "change.claimed", "d" * 64, body, head, hashed))
            head = hashed


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))

"""The journal as JSON Lines, for whoever is to check it without this database.

    python -m include.ledger.export write journal.jsonl
    python -m include.ledger.export verify journal.jsonl --report report.json --head 1234:9f2c...

One line per row, in order: `seq`, `at` (UTC, microseconds), `kind`, `subject`, `body` (canonical JSON, as a
text), `prev_hash`, `hash`. How a hash is made: `include.ledger.journal.row_hash`.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.core.canonical import canonical_json
from include.core.errors import JournalBroken, WatchkeeperError
from include.core.heads import Head
from include.ledger import journal
from include.ledger.connection import Ledger
from include.ledger.journal import Row, Verified


def lines(ledger: Ledger) -> Iterator[bytes]:
    """Every row as one line, streamed from one snapshot. LedgerUnavailable, also in the middle of it."""
    with ledger.connection() as connection, journal.rows(connection) as found:
        for row in found:
            told = Row(*row)
            moment = told.at.astimezone(UTC).isoformat(timespec="microseconds")
            yield (canonical_json({**told._asdict(), "at": moment}) + "\n").encode()


def verify_file(path: Path, published: Iterable[Head] = ()) -> Verified:
    """Prove an exported file as the journal itself is proved. `first_bad` is the seq, or for a line that is
    no row the line's number."""
    with path.open("rb") as file:
        try:
            return journal.walk(_rows(file), published)
        except JournalBroken as error:
            place, _, why = str(error).partition(": ")
            return Verified(False, int(place) - 1, int(place), why, "")


def _rows(file: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(file, start=1):
        try:
            told = json.loads(line)
            yield Row(**{**told, "at": datetime.fromisoformat(told["at"])})
        except (ValueError, TypeError, KeyError) as error:
            raise JournalBroken(f"{number}: line {number} is no row of a journal ({error})") from error


def heads(reports: Iterable[Path], told: Iterable[str]) -> list[Head]:
    """Published heads: of `report.json` files, and as `1234:<hash>`. WatchkeeperError: one is neither."""
    found = []
    for path in reports:
        journal_head = _read(path).get("journal", {})
        found.append(_head(f"{journal_head.get('seq')}:{journal_head.get('head')}", f"report {path}"))
    return found + [_head(one, "given") for one in told]


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def _head(told: str, where: str) -> Head:
    seq, _, hashed = told.partition(":")
    if not seq.isdecimal() or len(hashed) != 64:
        raise WatchkeeperError(f"head {told!r} ({where}): expected <row>:<64 hexadecimal digits>")
    return Head(int(seq), hashed, where)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: written, or proved; 1 with the reason on stderr."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "write":
            with asked.file.open("wb") as file:
                file.writelines(lines(Ledger.from_env()))
            return 0
        found = verify_file(asked.file, heads(asked.report, asked.head))
    except (WatchkeeperError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if not found.ok:
        print(f"broken at row {found.first_bad}: {found.reason}", file=sys.stderr)
        return 1
    print(f"{found.rows} rows hold, head {found.head}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.ledger.export", description="The journal as JSONL."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (("write", "export it (WATCHKEEPER_LEDGER)"), ("verify", "prove an exported file")):
        commands.add_parser(name, help=said).add_argument("file", type=Path)
    verify = commands.choices["verify"]
    verify.add_argument("--report", type=Path, action="append", default=[], help="a report.json")
    verify.add_argument("--head", action="append", default=[], help="<row>:<hash>, as published")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""The journal as JSON Lines: whole, and provable without the database."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from include.core.errors import LedgerUnavailable
from include.core.heads import GENESIS, Head
from include.ledger import Ledger, export, journal, views
from include.ledger.journal import Entry
from tests.conftest import ROOT
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 22, 21, 30, 0, 5, tzinfo=UTC)


@pytest.fixture
def file(ledger, tmp_path):
    """An exported journal of one row per hostile text, and three more."""
    said = [*TEXTS.values(), "a", "b", "c"]
    with ledger.transaction() as session:
        for n, text in enumerate(said):
            journal.append(session, [Entry("test.row", "s", {"text": text})], at=NOW + timedelta(days=n))
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(export.lines(ledger)))
    return path


def test_the_file_proves_what_the_ledger_proves(ledger, file):
    proof = views.verify_journal(ledger)
    assert proof.ok
    assert export.verify_file(file) == proof
    assert len(file.read_bytes().splitlines()) == proof.rows


def test_an_empty_journal_is_an_empty_file_that_holds(ledger, tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(export.lines(ledger)))
    assert (path.read_bytes(), export.verify_file(path).head) == (b"", GENESIS)


def edited(lines):
    lines[2] = lines[2].replace(b"test.row", b"test.raw")


def removed(lines):
    del lines[2]


def reordered(lines):
    lines[2], lines[3] = lines[3], lines[2]


def forged(lines):
    row = json.loads(lines[-1])
    lines.append(json.dumps({**row, "seq": row["seq"] + 1, "prev_hash": row["hash"]}).encode() + b"\n")


def cut_in_a_line(lines):
    lines[2] = lines[2][:20]


def with_a_field_more(lines):
    lines[2] = json.dumps({**json.loads(lines[2]), "more": 1}).encode() + b"\n"


@pytest.mark.parametrize(
    ("spoil", "first_bad", "reason"),
    [
        (edited, 3, "edited"),
        (removed, 4, "row 3 is missing"),
        (reordered, 4, "row 3 is missing"),
        (forged, None, "edited"),
        (cut_in_a_line, 3, "line 3 is no row"),
        (with_a_field_more, 3, "line 3 is no row"),
        (lambda lines: lines.insert(0, b"[]\n"), 1, "line 1 is no row"),
        (lambda lines: lines.insert(0, b"\xff\n"), 1, "line 1 is no row"),
    ],
)
def test_a_file_that_was_tampered_with_names_the_first_bad_row(file, spoil, first_bad, reason):
    lines = file.read_bytes().splitlines(keepends=True)
    rows = len(lines)
    spoil(lines)
    file.write_bytes(b"".join(lines))
    found = export.verify_file(file)
    assert (found.ok, found.first_bad) == (False, first_bad or rows + 1)
    assert reason in found.reason


def test_a_file_cut_at_its_end_is_caught_by_a_published_head(ledger, file):
    proof = views.verify_journal(ledger)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    assert export.verify_file(file).ok
    found = export.verify_file(file, [Head(proof.rows, proof.head, "report x")])
    assert (found.ok, found.first_bad) == (False, proof.rows)


def run(*arguments, **env):
    return subprocess.run(
        [sys.executable, "-m", "include.ledger.export", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_written_and_proved_from_the_command_line(ledger, file, tmp_path):
    again, proof = tmp_path / "again.jsonl", views.verify_journal(ledger)
    assert run("write", str(again), WATCHKEEPER_LEDGER=ledger.url).returncode == 0
    assert again.read_bytes() == file.read_bytes()
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"journal": {"seq": proof.rows, "head": proof.head}}))
    done = run("verify", str(again), "--report", str(report), "--head", f"0:{GENESIS}")
    assert (done.returncode, done.stdout) == (0, f"{proof.rows} rows hold, head {proof.head}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--head", f"1:{'f' * 64}"], "broken at row 1"),
        (["--head", "1:beef"], "expected <row>:<64 hexadecimal digits>"),
        (["--report", "/nowhere/report.json"], "No such file"),
    ],
)
def test_what_does_not_hold_is_said_and_the_command_fails(file, capsys, arguments, said):
    assert export.main(["verify", str(file), *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_report_without_a_head_is_not_passed_over(file, tmp_path, capsys):
    report = tmp_path / "report.json"
    report.write_text("{}")
    assert export.main(["verify", str(file), "--report", str(report)]) == 1
    assert "expected <row>:<64 hexadecimal digits>" in capsys.readouterr().err


def test_a_ledger_out_of_reach_is_said(tmp_path):
    with pytest.raises(LedgerUnavailable):
        next(export.lines(Ledger("postgresql+psycopg://nobody@127.0.0.1:1/none")))

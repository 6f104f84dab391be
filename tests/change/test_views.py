"""The read side over plans that were really planned, signed and applied."""

from datetime import timedelta
from decimal import Decimal

import pytest

from include.change import verify
from include.ledger import freezes, views
from tests.change.world import NOW, finding, plan


def test_the_overview_counts_what_waits_what_was_saved_and_what_needs_a_human(
    ledger, world, approved, carried
):
    waiting = plan(ledger, world, [finding("i-1")], run_id="run-2", now=NOW + timedelta(minutes=1)).plans[0]
    world.hooks["after", "i-2"] = lambda: world.resources["i-2"].update(state="odd")
    carried(approved.digest)
    verify.verify_plan(ledger, approved.digest, lambda changes: set(), NOW)
    freezes.set_freeze(ledger, reason="release", owner="ann", now=NOW, expires_at=NOW + timedelta(days=36500))
    found = views.overview(ledger)
    assert found.plans_by_state == {"awaiting_sign_off": 1, "partly_applied": 1}
    assert found.executions_by_state == {"planned": 1, "verified": 4, "unknown": 1}
    assert found.saving_applied_usd_month == Decimal("280.0000")
    assert [row.digest for row in found.pending] == [waiting.digest]
    assert [row.digest for row in found.recent] == [waiting.digest, approved.digest]
    assert [e.live for e in found.needs_a_human] == [{"state": "odd", "size": "large"}]
    assert [freeze.reason for freeze in found.freezes] == ["release"]
    newest = views.journal(ledger, limit=1)[0]
    assert (found.journal_rows, found.journal_head) == (newest.seq, newest.hash)


def test_an_empty_ledger_has_an_overview(ledger):
    found = views.overview(ledger)
    assert (found.plans_by_state, found.pending, found.journal_rows) == ({}, [], 0)
    assert found.saving_applied_usd_month == 0


def test_the_plans_of_one_run(ledger, world):
    mine = plan(ledger, world, [finding("i-1")], run_id="run-1").plans[0]
    plan(ledger, world, [finding("i-1")], run_id="run-2")
    assert [v.row.digest for v in views.plans_of_run(ledger, "cost_sweep", "run-1")] == [mine.digest]
    assert len(views.plans(ledger)) == 2
    assert len(views.plans(ledger, limit=1)) == 1


@pytest.mark.parametrize(
    "prefix", ["", "abc", "f" * 64, "%" * 8, "_" * 12, "'; DROP TABLE plans"], ids=lambda p: p[:12] or "empty"
)
def test_a_prefix_that_names_no_plan_finds_none(ledger, stops, prefix):
    assert views.plan(ledger, prefix) is None


def test_a_prefix_of_eight_finds_the_plan_with_its_counts(ledger, approved, carried):
    carried(approved.digest)
    view = views.plan(ledger, approved.digest[:8])
    assert view.row.executions == {"applied": 5}
    assert (view.row.change_count, view.content_ok, view.plan) == (5, True, approved)
    assert [e.worker for e in view.executions] == ["w1"] * 5
    assert [e.attempts for e in view.executions] == [1] * 5


def test_an_edited_plan_is_shown_as_edited(ledger, approved, tamper):
    tamper("UPDATE plans SET content = '{}'")
    view = views.plan(ledger, approved.digest)
    assert (view.content_ok, view.plan, view.row.digest) == (False, None, approved.digest)

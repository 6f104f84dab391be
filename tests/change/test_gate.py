from datetime import timedelta

import pytest

from include.change import gate, signoff
from include.core.errors import LedgerUnavailable, WatchkeeperError
from include.ledger import Ledger, freezes, views
from tests.change.world import NOW, answer, finding, plan


def kinds(ledger, digest):
    return [row.kind for row in views.plan(ledger, digest).journal if row.kind.startswith("gate.")]


def test_open_once_signed_off_in_the_window_without_a_freeze(ledger, approved):
    assert gate.verdict(ledger, approved.digest, NOW) == gate.Verdict("open", [])


def test_it_waits_for_the_sign_off_and_then_says_that_time_ran_out(ledger, stops):
    assert gate.verdict(ledger, stops.digest, NOW) == gate.Verdict("wait", ["0 of 1 sign-offs"])
    late = gate.verdict(ledger, stops.digest, NOW + timedelta(hours=8))
    assert (late.state, late.expired) == ("closed", True)
    assert views.plan(ledger, stops.digest).state == "expired"
    with pytest.raises(Exception, match="expired"):
        signoff.record(ledger, stops.digest, answer(), now=NOW)


def test_a_sign_off_that_expires_while_it_waits_ends_the_plan(ledger, approved, policy):
    policy('windows: [{cron: "0 2 * * SUN", hours: 1}]')
    assert gate.verdict(ledger, approved.digest, NOW).state == "wait"
    assert views.plan(ledger, approved.digest).state == "waiting_at_gate"
    late = gate.verdict(ledger, approved.digest, NOW + timedelta(hours=24))
    assert (late.state, late.reasons[0]) == ("closed", "its sign-off has expired")
    assert views.plan(ledger, approved.digest).state == "expired"


def test_it_waits_for_the_window_and_opens_in_it(ledger, approved, policy):
    policy('windows: [{cron: "0 12 * * *", hours: 1}]')
    assert gate.verdict(ledger, approved.digest, NOW).reasons == [
        "the change window for development opens at 2026-11-23 12:00 UTC"
    ]
    assert gate.verdict(ledger, approved.digest, NOW + timedelta(hours=3)).state == "open"


def test_a_freeze_holds_it_until_lifted_or_expired(ledger, approved):
    until = NOW + timedelta(hours=2)
    number = freezes.set_freeze(ledger, reason="release", owner="ben", now=NOW, expires_at=until)
    assert gate.verdict(ledger, approved.digest, NOW).reasons == [
        "freeze by ben until 2026-11-23 11:00 UTC: release"
    ]
    assert gate.verdict(ledger, approved.digest, until).state == "open"
    assert gate.verdict(ledger, approved.digest, NOW).state == "wait"
    freezes.lift(ledger, number, by="ben", now=NOW)
    assert gate.verdict(ledger, approved.digest, NOW).state == "open"


def test_only_a_change_of_the_verdict_is_journaled(ledger, approved, policy):
    for _ in range(3):
        gate.verdict(ledger, approved.digest, NOW)
    policy('windows: [{cron: "0 12 * * *", hours: 1}]')
    for minutes in range(3):
        gate.verdict(ledger, approved.digest, NOW + timedelta(minutes=minutes))
    assert kinds(ledger, approved.digest) == ["gate.open", "gate.wait"]
    assert views.plan(ledger, approved.digest).waiting_for == [
        "the change window for development opens at 2026-11-23 12:00 UTC"
    ]


def test_a_policy_that_cannot_be_read_opens_nothing(ledger, approved, policy):
    policy(instead="windows: 5")
    found = gate.verdict(ledger, approved.digest, NOW)
    assert found.state == "wait"
    assert "the policy cannot be read" in found.reasons[0]


def test_an_edited_plan_is_closed_for_good(ledger, approved, tamper):
    tamper("UPDATE plans SET content = replace(content, 'i-1', 'i-9')")
    found = gate.verdict(ledger, approved.digest, NOW)
    assert found.state == "closed"
    assert "edited" in found.reasons[0]


def test_an_auto_plan_opens_without_a_sign_off_and_expires_like_one(ledger, world, policy):
    policy("rules: [{match: {action: fake.stop}, level: auto}]")
    (made,) = plan(ledger, world, [finding("i-1")]).plans
    assert gate.verdict(ledger, made.digest, NOW).state == "open"
    assert gate.verdict(ledger, made.digest, NOW + timedelta(hours=24)).expired


def test_an_applied_plan_does_not_open_again(ledger, approved, carried):
    carried(approved.digest)
    assert gate.verdict(ledger, approved.digest, NOW).reasons == ["it has been applied already"]


def test_an_unknown_digest_is_an_error(ledger):
    with pytest.raises(WatchkeeperError, match="no plan ffffffffffff"):
        gate.verdict(ledger, "f" * 64, NOW)


def test_a_ledger_out_of_reach_opens_nothing():
    with pytest.raises(LedgerUnavailable):
        gate.verdict(Ledger("postgresql+psycopg://nobody@127.0.0.1:1/none"), "f" * 64, NOW)

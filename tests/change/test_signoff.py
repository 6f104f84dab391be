"""Sign-offs, by somebody who should not be able to give one."""

import json
from datetime import timedelta

import pytest
from pydantic import ValidationError

from include.change import gate, signoff
from include.core.errors import PlanChanged, SignOffRefused
from include.ledger import views
from tests.change.world import NOW, answer, finding, plan

TWO = "rules: [{match: {action: fake.stop}, level: two_person}]"


def give(ledger, digest, given, *, now=NOW):
    return signoff.record(ledger, digest, given, now=now)


def state(ledger, digest):
    return views.plan(ledger, digest).state


def test_an_approval_lets_the_same_digest_go_on_and_tells_who_and_why(ledger, stops):
    assert give(ledger, stops.digest, answer("ann", comment="agreed in stand-up")) == stops.digest
    view = views.plan(ledger, stops.digest)
    (signed,) = view.signoffs
    assert (signed.user_name, signed.comment, signed.option) == ("ann", "agreed in stand-up", "Approve")
    assert (signed.at, signed.expires_at) == (NOW, NOW + timedelta(hours=24))
    assert view.state == "signed_off"
    assert json.loads(view.journal[-1].body)["user_name"] == "ann"


def test_a_rejection_ends_the_plan(ledger, stops):
    assert give(ledger, stops.digest, answer(option="Reject", comment="")) is None
    assert state(ledger, stops.digest) == "rejected"
    assert gate.verdict(ledger, stops.digest, NOW).state == "closed"


def test_silence_is_reject(ledger, stops):
    late = NOW + timedelta(hours=9)
    silence = signoff.Answer(option="Reject", user_id=None, at=late)
    assert give(ledger, stops.digest, silence, now=late) is None
    (signed,) = views.plan(ledger, stops.digest).signoffs
    assert (signed.user_id, signed.comment) == (None, "nobody answered in time")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param(answer("mallory"), "in none of the approver groups", id="not an approver"),
        pytest.param(answer(None), "nobody is in none", id="an approval by nobody"),
        pytest.param(answer("mallory", "Reject"), "in none of the approver groups", id="a stranger's reject"),
        pytest.param(answer(comment=""), "a comment of at least 5", id="no comment"),
        pytest.param(answer(comment="  ok \n\t  "), "a comment of at least 5", id="a comment of blanks"),
        pytest.param(
            answer(comment="\u202e\u200b\x1b\x00ok"), "a comment of at least 5", id="unseen letters"
        ),
        pytest.param(answer(leave_out=["chg-000000000000"]), "chg-000000000000", id="an id of another plan"),
        pytest.param(answer(at=NOW + timedelta(hours=8, seconds=1)), "too late", id="after the deadline"),
    ],
)
def test_an_answer_that_does_not_count_is_refused_and_journaled(ledger, stops, given, why):
    with pytest.raises(SignOffRefused, match=why):
        give(ledger, stops.digest, given, now=NOW + timedelta(hours=10))
    view = views.plan(ledger, stops.digest)
    assert view.signoffs == []
    assert "sign_off.refused" in [row.kind for row in view.journal]
    assert gate.verdict(ledger, stops.digest, NOW).state != "open"


def test_an_answer_in_time_counts_when_it_is_recorded_late(ledger, stops):
    given = answer(at=NOW + timedelta(hours=8))
    assert give(ledger, stops.digest, given, now=NOW + timedelta(hours=12)) == stops.digest


def test_a_late_answer_ends_the_plan_as_expired(ledger, stops):
    late = NOW + timedelta(hours=9)
    with pytest.raises(SignOffRefused, match="too late"):
        give(ledger, stops.digest, answer(at=late), now=late)
    assert state(ledger, stops.digest) == "expired"


def test_every_change_left_out_is_a_reject_and_not_an_approval(ledger, stops):
    everything = [change.change_id for change in stops.changes]
    with pytest.raises(SignOffRefused, match="use Reject"):
        give(ledger, stops.digest, answer(leave_out=everything))


@pytest.mark.parametrize("option", ["approve", "Yes", ""])
def test_only_two_answers_exist(option):
    with pytest.raises(ValidationError):
        answer(option=option)


def test_recording_the_same_answer_again_is_harmless(ledger, stops):
    first = give(ledger, stops.digest, answer())
    assert give(ledger, stops.digest, answer(), now=NOW + timedelta(minutes=5)) == first
    assert len(views.plan(ledger, stops.digest).signoffs) == 1


def test_a_plan_is_answered_once(ledger, stops):
    give(ledger, stops.digest, answer(option="Reject"))
    with pytest.raises(SignOffRefused, match="rejected"):
        give(ledger, stops.digest, answer("ben"))


def test_an_answer_is_refused_for_a_plan_that_was_edited(ledger, stops, tamper):
    tamper("UPDATE plans SET content = replace(content, 'i-1', 'i-9')")
    with pytest.raises(PlanChanged):
        give(ledger, stops.digest, answer())
    with pytest.raises(PlanChanged):
        signoff.question(ledger, stops.digest, now=NOW)
    with pytest.raises(PlanChanged):
        signoff.signatures_needed(ledger, stops.digest)


@pytest.mark.parametrize(
    ("may", "who", "counts"),
    [
        pytest.param("false", "ann", False, id="not by who triggered the run"),
        pytest.param("false", "ben", True, id="by somebody else"),
        pytest.param("true", "ann", True, id="where policy allows it"),
    ],
)
def test_the_requester_signs_off_only_where_policy_lets_them(ledger, world, policy, may, who, counts):
    policy(f"sign_off: {{groups: [finops], requester_may_approve: {may}}}")
    (made,) = plan(ledger, world, [finding("i-1")], requester="ann").plans
    assert (who in signoff.question(ledger, made.digest, now=NOW).asked) is counts
    if counts:
        assert give(ledger, made.digest, answer(who)) == made.digest
    else:
        with pytest.raises(SignOffRefused, match="triggered the run"):
            give(ledger, made.digest, answer(who))


def test_the_requester_may_reject_their_own_plan(ledger, world):
    (made,) = plan(ledger, world, [finding("i-1")], requester="ann").plans
    assert give(ledger, made.digest, answer("ann", "Reject")) is None


def test_a_user_whose_id_is_a_number_is_known_by_name(ledger, world):
    (made,) = plan(ledger, world, [finding("i-1")], requester="ann").plans
    numbered = signoff.Answer(option="Approve", comment="fine by me", user_id="7", user_name="ann", at=NOW)
    with pytest.raises(SignOffRefused, match="triggered the run"):
        give(ledger, made.digest, numbered)


def test_leaving_changes_out_gives_a_plan_of_its_own(ledger, stops):
    left = stops.changes[1].change_id
    rest = give(ledger, stops.digest, answer(leave_out=[left, left]))
    assert rest != stops.digest
    parent, cut = views.plan(ledger, stops.digest), views.plan(ledger, rest)
    assert (parent.state, cut.state, cut.row.origin) == ("replaced", "signed_off", "cut")
    assert cut.row.parent_digest == stops.digest
    assert left not in [change.change_id for change in cut.plan.changes]
    assert len(cut.plan.changes) == 4
    assert [child.digest for child in parent.children] == [rest]
    assert gate.verdict(ledger, stops.digest, NOW).state == "closed"
    assert gate.verdict(ledger, rest, NOW).state == "open"


class TestTwoPersons:
    @pytest.fixture
    def twice(self, ledger, world, policy):
        policy(TWO)
        return plan(ledger, world, [finding("i-1"), finding("i-2")]).plans[0]

    def test_one_sign_off_is_not_enough(self, ledger, twice):
        assert give(ledger, twice.digest, answer("ann")) == twice.digest
        assert state(ledger, twice.digest) == "awaiting_sign_off"
        assert gate.verdict(ledger, twice.digest, NOW).reasons == ["1 of 2 sign-offs"]

    def test_two_different_people_are(self, ledger, twice):
        give(ledger, twice.digest, answer("ann"))
        give(ledger, twice.digest, answer("ben"))
        assert state(ledger, twice.digest) == "signed_off"
        assert gate.verdict(ledger, twice.digest, NOW).state == "open"

    def test_one_person_twice_is_not(self, ledger, twice):
        give(ledger, twice.digest, answer("ann"))
        with pytest.raises(SignOffRefused, match="second, different person"):
            give(ledger, twice.digest, answer("ann", at=NOW + timedelta(minutes=1)))

    def test_one_person_under_another_id_is_not(self, ledger, twice):
        give(ledger, twice.digest, answer("ann"))
        alias = signoff.Answer(option="Approve", comment="fine by me", user_id="7", user_name="ann", at=NOW)
        with pytest.raises(SignOffRefused, match="second, different person"):
            give(ledger, twice.digest, alias)

    def test_the_second_is_asked_only_for_who_has_not_signed(self, ledger, twice):
        assert signoff.question(ledger, twice.digest, now=NOW).asked == ["ann", "ben"]
        give(ledger, twice.digest, answer("ann"))
        second = signoff.question(ledger, twice.digest, now=NOW)
        assert second.asked == ["ben"]
        assert "ann has approved it" in second.body

    def test_the_second_signs_what_the_first_left_of_it(self, ledger, twice):
        left = twice.changes[0].change_id
        rest = give(ledger, twice.digest, answer("ann", leave_out=[left]))
        assert state(ledger, rest) == "awaiting_sign_off"
        with pytest.raises(SignOffRefused, match="approved in part"):
            give(ledger, twice.digest, answer("ben"))
        assert give(ledger, rest, answer("ben")) == rest
        assert gate.verdict(ledger, rest, NOW).state == "open"

    def test_the_second_cannot_change_what_the_first_approved(self, ledger, twice):
        give(ledger, twice.digest, answer("ann"))
        with pytest.raises(SignOffRefused, match="approve the same"):
            give(ledger, twice.digest, answer("ben", leave_out=[twice.changes[0].change_id]))

    def test_the_first_may_think_again_and_reject(self, ledger, twice):
        give(ledger, twice.digest, answer("ann"))
        assert give(ledger, twice.digest, answer("ann", "Reject", at=NOW + timedelta(hours=1))) is None
        assert state(ledger, twice.digest) == "rejected"

    def test_the_second_has_as_long_as_the_first_had(self, ledger, twice):
        first = NOW + timedelta(hours=7)
        give(ledger, twice.digest, answer("ann", at=first), now=first)
        second = NOW + timedelta(hours=15)
        assert give(ledger, twice.digest, answer("ben", at=second), now=second) == twice.digest


@pytest.mark.parametrize(
    ("level", "needed"), [("auto", 0), ("sign_off", 1), ("two_person", 2)], ids=lambda value: str(value)
)
def test_how_many_signatures_a_plan_needs(ledger, world, policy, level, needed):
    policy(f"rules: [{{match: {{action: fake.stop}}, level: {level}}}]")
    (made,) = plan(ledger, world, [finding("i-1")]).plans
    assert signoff.signatures_needed(ledger, made.digest) == needed


@pytest.mark.parametrize(
    ("more", "requester", "now", "why"),
    [
        pytest.param("approvers: {}", None, NOW, "nobody may answer", id="no approvers"),
        pytest.param("approvers: {finops: [ann]}", "ann", NOW, "nobody may answer", id="only the requester"),
        pytest.param("", None, NOW + timedelta(hours=9), "too late", id="too late to ask"),
    ],
)
def test_nobody_is_asked_when_no_answer_could_count(ledger, world, policy, more, requester, now, why):
    (made,) = plan(ledger, world, [finding("i-1")], requester=requester).plans
    policy(more)
    with pytest.raises(SignOffRefused, match=why):
        signoff.question(ledger, made.digest, now=now)

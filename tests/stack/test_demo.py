"""The demo's own decisions: who asks, who answers, and when it may say that all is well."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest

from include.core.changes import Change
from include.stack import demo, display, proof
from include.stack.errors import StackError

BEFORE, AFTER = {"state": "running"}, {"state": "stopped"}


def change(**overrides):
    return Change(**{
        "action": "ec2.stop_instance",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ec2_instances",
        "resource_id": "i-1",
        "before": BEFORE,
        "after": AFTER,
        "check_id": "ec2_idle",
        "reason": "idle",
        "risk": "low",
        "effort": "low",
        "restart_needed": True,
        "destructive": False,
        "permissions": ("ec2:StopInstances",),
        **overrides,
    })


def question(task_id="change.sign_off", map_index=0):
    return {"subject": "Apply?", "task_instance": {"task_id": task_id, "map_index": map_index}}


class FakeFollower:
    def __init__(self, *rounds, state="success", failed=""):
        self.rounds = list(rounds)
        self.failed = failed
        self.api = SimpleNamespace(run_state=lambda *_: state)

    def questions(self, *_, **__):
        return self.rounds.pop(0) if self.rounds else []

    def tell(self, *_):
        return []

    def why(self, *_):
        return self.failed


class FakeStack:
    ledger = None

    def __init__(self):
        self.answers = []
        self.environment = {}

    @contextmanager
    def api(self, user) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(
            user=user,
            answer=lambda asked, option, comment: self.answers.append((
                user,
                asked["task_instance"]["task_id"],
                option,
            )),
        )


def seen(state="verified", live=AFTER, after=AFTER):
    return proof.Seen(change(after=after), state, "", live, state == "verified" and live == after)


@pytest.fixture
def in_aws(monkeypatch):
    def shows(*found):
        monkeypatch.setattr(demo, "clients", lambda environment: nullcontext())
        monkeypatch.setattr(proof, "look", lambda *_: list(found))

    return shows


def prove(follower, stack=None):
    return demo.sign_off_and_prove(
        stack or FakeStack(), follower, demo.SWEEP, "run", ("ben", "ann"), lambda _: None
    )


def test_two_different_people_sign(in_aws):
    in_aws(seen())
    stack = FakeStack()
    assert prove(FakeFollower([question()], [question("change.second_sign_off")]), stack)
    assert stack.answers == [
        ("ben", "change.sign_off", "Approve"),
        ("ann", "change.second_sign_off", "Approve"),
    ]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param([], "success", id="nothing was changed"),
        pytest.param([seen(), seen(live=BEFORE)], "success", id="one is not so in AWS"),
        pytest.param([seen(live=None)], "success", id="gone, but should be stopped"),
        pytest.param([seen("applied")], "success", id="applied, never verified"),
        pytest.param([seen()], "failed", id="the run failed"),
    ],
)
def test_anything_short_of_every_change_seen_is_not_well(in_aws, found, state):
    in_aws(*found)
    assert not prove(FakeFollower([question()], state=state))


def test_a_refused_answer_is_not_repeated_for_ever(in_aws):
    in_aws(seen())
    with pytest.raises(StackError, match="was refused:\nno comment given"):
        prove(FakeFollower([question()], [question()], failed="no comment given"))


def test_a_failed_task_in_a_run_that_calls_itself_a_success_is_not_well(in_aws):
    in_aws(seen())
    assert not prove(FakeFollower([question()], failed="change.verify [0]: broken"))


def test_the_journal_is_proved_at_the_end_by_its_own_dag():
    waited = []
    follower = SimpleNamespace(
        api=SimpleNamespace(trigger=lambda dag_id: f"run of {dag_id}"),
        finished=lambda dag_id, run_id, seconds: waited.append((dag_id, run_id)),
    )
    demo.prove_journal(follower)
    assert waited == [("verify_journal", "run of verify_journal")]


def test_the_demo_needs_two_approvers():
    stack = SimpleNamespace(settings=SimpleNamespace(users={"ann": "op", "vic": "viewer", "admin": "admin"}))
    with pytest.raises(StackError, match=r"two approvers in change\.yaml, found ann"):
        demo.approvers(stack)


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (seen(), "as planned"),
        (seen(live=None, after=None), "gone"),
        (seen("stale", live=BEFORE), "NOT CHANGED"),
        (seen("failed", live={"state": "pending"}), "NOT as planned"),
    ],
)
def test_the_table_says_what_aws_shows(one, shown):
    assert shown in display.proved([one])
    assert f"{int(one.holds)} of 1 changes" in display.proved([one])


def test_proving_gives_the_process_its_own_aws_back(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    with demo.clients({"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "PATH": "/nowhere"}):
        assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
        assert "AWS_PROFILE" not in os.environ
        assert os.environ["PATH"] != "/nowhere"
    assert os.environ["AWS_PROFILE"] == "mine"
    assert "AWS_ENDPOINT_URL" not in os.environ

"""What a task makes of a Param that its form let through: used, or refused by name; nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.core.errors import WatchkeeperError
from include.flows import cost, estate, freezing, rollback
from include.lake import Lake
from include.ledger import views
from tests.hostile import TEXTS, UNSEEN

HARD = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
TARGET = "111111111111/eu-west-1"
ANY_TEXT = st.text() | st.sampled_from(list(TEXTS.values()))


@pytest.fixture(autouse=True)
def _house(postgres_url, tmp_path, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_LEDGER", postgres_url)
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path / "lake"))
    Lake.from_env().close("s1", as_of=AS_OF, targets=[TARGET], resources=0)


@given(st.lists(ANY_TEXT, min_size=1, max_size=3))
@HARD
def test_targets_that_are_not_configured_are_named(asked):
    with pytest.raises(WatchkeeperError, match="Param targets: "):
        estate.choose_targets(asked)


@given(ANY_TEXT)
@HARD
def test_a_target_that_the_snapshot_lacks_is_named(asked):
    with pytest.raises(WatchkeeperError, match=rf"Param targets: .*; it has: {TARGET}") as refused:
        cost.judge("s1", [TARGET, asked])
    assert not set(str(refused.value)) & set(UNSEEN)


@given(ANY_TEXT.filter(bool))
@HARD
def test_a_snapshot_that_is_not_there_is_said_not_to_be(asked):
    with pytest.raises(WatchkeeperError, match=r"no snapshot .*; the newest is s1") as refused:
        cost.judge(asked, None)
    assert not set(str(refused.value)) & set(UNSEEN)


@given(ANY_TEXT)
@HARD
def test_a_digest_that_names_no_plan_is_said_to(asked):
    with pytest.raises(WatchkeeperError, match="Param digest: "):
        rollback.plan(asked, requester="ann", dag_id="roll_back_plan", run_id="r")


@pytest.mark.parametrize("hours", [0, -1, 2161, float("nan"), float("inf"), float("-inf"), 1e300])
def test_hours_that_make_no_freeze_are_named(hours):
    with pytest.raises(WatchkeeperError, match="Param hours: expected more than 0 and at most 2160"):
        freezing.set_one("quarter end", hours=hours, owner="cho")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_reason_is_kept_as_one_visible_line(ledger, caplog, text):
    freezing.set_one(f"because {text}", hours=1, owner="cho")
    (standing,) = views.overview(ledger).freezes
    assert standing.reason.startswith("because ")
    assert len(standing.reason) <= freezing.LONGEST_REASON
    said = [standing.reason, *(record.getMessage() for record in caplog.records)]
    assert not [line for line in said if set(line) & {*UNSEEN, "\n"}]

"""A verdict is a verdict: what is broken is said once, what cannot be reached is tried again."""

import pytest
from airflow.sdk.exceptions import AirflowFailException

from include.core.errors import JournalBroken, LedgerUnavailable
from include.flows import journaling


def raising(error):
    def verify():
        raise error

    return verify


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        pytest.param(JournalBroken("row 7 was edited"), AirflowFailException, id="broken: no retry"),
        pytest.param(LedgerUnavailable("down"), LedgerUnavailable, id="down: retried"),
    ],
)
def test_only_what_may_pass_is_tried_again(dags, monkeypatch, error, seen):
    monkeypatch.setattr(journaling, "verify", raising(error))
    task = dags["verify_journal"].get_task("verify")
    assert task.retries
    with pytest.raises(seen, match=str(error)):
        task.python_callable()

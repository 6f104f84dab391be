import pytest

from include.ledger.executions import plan_state
from include.ledger.models import EXECUTION_STATES


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param({"planned": 1, "applied": 4}, "applying", id="some to do"),
        pytest.param({"claimed": 1, "failed": 4}, "applying", id="one in doubt"),
        pytest.param({"applied": 5}, "applied", id="all applied"),
        pytest.param({"applied": 2, "verified": 3}, "applied", id="verified counts"),
        pytest.param({"applied": 2, "left_out": 3}, "applied", id="left out does not count"),
        pytest.param({"verified": 1, "stale": 1}, "partly_applied", id="one stale"),
        pytest.param({"verified": 1, "failed": 1}, "partly_applied", id="one failed"),
        pytest.param({"failed": 1, "skipped": 4}, "failed", id="none applied"),
        pytest.param({"stale": 1}, "failed", id="only stale"),
        pytest.param({"unknown": 1}, "failed", id="only unknown"),
        pytest.param({"rolled_back": 2}, "rolled_back", id="all rolled back"),
        pytest.param({"rolled_back": 1, "skipped": 1}, "rolled_back", id="all that was applied"),
        pytest.param({"rolled_back": 1, "applied": 1}, "partly_applied", id="half rolled back"),
    ],
)
def test_a_plan_is_what_its_changes_are(found, state):
    assert plan_state(dict.fromkeys(EXECUTION_STATES, 0) | found) == state

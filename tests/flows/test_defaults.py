"""What every DAG shares."""

import pytest

from include.flows.defaults import heavy_tasks_at_once


@pytest.mark.parametrize(("told", "at_once"), [(None, None), ("", None), ("1", 1), ("12", 12)])
def test_heavy_tasks_run_side_by_side_as_far_as_somebody_says(monkeypatch, told, at_once):
    monkeypatch.delenv("WATCHKEEPER_HEAVY_TASKS", raising=False)
    if told is not None:
        monkeypatch.setenv("WATCHKEEPER_HEAVY_TASKS", told)
    assert heavy_tasks_at_once() == at_once


@pytest.mark.parametrize("told", ["0", "-1", "many", "1.5"])
def test_what_is_no_number_of_tasks_is_named(monkeypatch, told):
    monkeypatch.setenv("WATCHKEEPER_HEAVY_TASKS", told)
    with pytest.raises(ValueError, match=f"WATCHKEEPER_HEAVY_TASKS={told}: expected a whole number"):
        heavy_tasks_at_once()

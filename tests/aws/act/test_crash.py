"""A worker dies after any write of any action: the executor can tell, and acting again finishes it."""

from collections import Counter

import pytest

from tests.aws.act.estate import CASES
from tests.aws.act.running import Killed, Run, account


def _uninterrupted(label: str) -> tuple[Counter[str], set[str]]:
    """The writes of one act, and the names of what it returns."""
    with account() as aws:
        it = Run(CASES[label].arrange(aws))
        result = it.act(it.read())
        return Counter(it.writes()), {name for name, value in result.items() if value is not None}


@pytest.mark.parametrize("label", CASES)
def test_acting_again_after_a_crash_finishes_and_creates_nothing_twice(label: str):
    writes, named = _uninterrupted(label)
    assert writes
    for last in range(writes.total()):
        with account() as aws:
            step = CASES[label].arrange(aws)
            first, second = Run(step), Run(step)
            before = second.read()
            first.dies_after(last)
            with pytest.raises(Killed):
                first.act(before)

            live = second.read()
            assert live in (before, second.after(before)) or second.halfway(live, before)
            result = second.act(before)
            assert second.read() == second.after(before)
            assert named == {name for name, value in result.items() if value is not None}
            done = Counter(first.writes()) + Counter(second.writes())
            assert {name: n for name, n in done.items() if name.startswith("Create") and n > 1} == {}

"""Waiting ends when it is done, and says what it saw when it is not."""

import pytest
from botocore.exceptions import WaiterError

from include.aws.act import _waiting
from include.aws.act._waiting import SETTING, until, until_read


def test_it_looks_until_it_is_done():
    seen = iter(["creating", "creating", "available", "never seen"])
    assert (
        until(lambda: next(seen), lambda state: state == "available", what="it", pace=SETTING) == "available"
    )


def test_it_sleeps_between_looks_only(monkeypatch: pytest.MonkeyPatch):
    naps: list[int] = []
    monkeypatch.setattr(_waiting.time, "sleep", naps.append)
    seen = iter([1, 2, 3])
    until(lambda: next(seen), lambda n: n == 3, what="three", pace={"Delay": 7, "MaxAttempts": 9})
    assert naps == [7, 7]


def test_it_gives_up_as_botocore_does_and_says_what_it_saw():
    with pytest.raises(
        WaiterError, match=r"volume v to become \{'type': 'gp3'\}.*last seen \{'type': 'gp2'\}"
    ):
        until_read(lambda: {"type": "gp2"}, {"type": "gp3"}, what="volume v", pace=SETTING)


def test_gone_is_waited_for_too():
    with pytest.raises(WaiterError, match="address a to become gone"):
        until_read(lambda: {"public_ip": "192.0.2.1"}, None, what="address a", pace=SETTING)

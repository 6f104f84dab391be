"""`make up` and `make down`: on a real account only, one at a time, and nothing else is stopped."""

import os
import subprocess
import sys

import pytest

from include.stack import live, lock
from include.stack.errors import StackError
from include.stack.health import wait
from include.stack.strays import MARK

TARGETS = """
targets:
  - account_id: "{account}"
    name: shop
    regions: [eu-west-1]
    read_role: arn:aws:iam::{account}:role/watchkeeper-read
    change_role: arn:aws:iam::{account}:role/watchkeeper-change
"""


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def account(tmp_path, monkeypatch):
    def use(number):
        folder = tmp_path / "policies"
        folder.mkdir()
        (folder / "targets.yaml").write_text(TARGETS.format(account=number))
        monkeypatch.setenv("WATCHKEEPER_POLICIES", str(folder))

    return use


def test_the_demos_accounts_are_not_taken_for_real_ones(account):
    account("111111111111")
    with pytest.raises(StackError, match=r"111111111111.*WATCHKEEPER_POLICIES.*connect-aws\.md"):
        live.refuse_simulated_targets()


def test_a_real_account_is_accepted(account):
    account("123456789012")
    live.refuse_simulated_targets()


def test_a_second_one_is_told_where_the_first_is(base, account):
    account("123456789012")
    with lock.held(live.live_home().lock) as mine:
        mine.note(lock.Running(os.getpid(), "http://127.0.0.1:8080"))
        with pytest.raises(lock.AlreadyRunning, match=r"http://127\.0\.0\.1:8080"):
            live.up(None)


def test_down_says_when_nothing_runs(base, capsys):
    live.down()
    assert capsys.readouterr().out == "was not running\n"


def test_down_ends_what_a_killed_keeper_left_behind_and_no_other(base, capsys):
    home = live.live_home()
    home.make()
    sleep = [sys.executable, "-S", "-c", "import signal; signal.pause()"]
    left = subprocess.Popen(sleep, env={MARK: str(home.folder)})
    other = subprocess.Popen(sleep, env={MARK: str(base / "demo")})
    try:
        wait(lambda: [] if live.strays.marked(home) == [left.pid] else ["environment"], [], seconds=10)
        live.down()
        assert "left behind (1)" in capsys.readouterr().out
        assert left.wait(10) != 0
        assert other.poll() is None
    finally:
        for process in (left, other):
            process.kill()
            process.wait()

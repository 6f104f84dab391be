import signal
import socket
import subprocess
import sys
import urllib.error
from contextlib import closing
from pathlib import Path

import pytest

from include.core.errors import WatchkeeperError
from include.simulation.app import Application
from include.simulation.estate import resources
from include.simulation.process import running

ROOT = Path(__file__).parents[2]


def test_it_is_ready_once_everything_is_there(estate, ask):
    health = ask(estate, "health")
    assert health["ready"] is True
    assert health["resources"] == len(resources()) == sum(health["by_kind"].values())


def test_it_is_not_ready_before_the_estate_is():
    answered = []
    application = Application(lambda environ, start_response: [b"moto"])
    body = application(
        {"PATH_INFO": "/watchkeeper-sim/health", "REQUEST_METHOD": "GET"},
        lambda status, headers: answered.append(status),
    )
    assert answered == ["503 Service Unavailable"]
    assert b'"ready": false' in b"".join(body)


def test_sigterm_ends_it_cleanly_and_frees_the_port():
    command = [sys.executable, "-m", "include.simulation.server", "--port", "0", "--empty"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    with closing(socket.socket()) as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))


def test_a_taken_port_is_an_error_that_names_it():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WatchkeeperError, match=str(port)), running("--empty", port=port):
            pass


@pytest.mark.parametrize("body", [{"kind": "denied"}, {"action": "ec2:*", "kind": "odd"}, "ec2:*"])
def test_a_fault_that_is_none_is_refused_with_a_reason(empty, ask, body):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(empty, "faults", "POST", body)
    assert refused.value.code == 400
    assert b"expected a fault" in refused.value.read()


def test_an_unknown_endpoint_names_those_there_are(empty, ask):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(empty, "elsewhere")
    assert b"health" in refused.value.read()

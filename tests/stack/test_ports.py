"""A busy port is the next free one, or a clear error; never a hang."""

import socket

import pytest

from include.stack import ports
from include.stack.errors import StackError


@pytest.fixture
def listening():
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_somebody_listens_on_is_not_free(listening):
    assert not ports.is_free(listening)


def test_a_port_is_free_again_once_it_is_closed(listening):
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        port = other.getsockname()[1]
    assert ports.is_free(port)


@pytest.mark.parametrize(
    ("busy", "taken", "expected"),
    [
        pytest.param(set(), set(), 8080, id="the preferred one"),
        pytest.param({8080, 8081}, set(), 8082, id="the next free one"),
        pytest.param(set(), {8080}, 8081, id="not one of our own"),
    ],
)
def test_the_first_free_port_from_the_preferred_one_is_chosen(busy, taken, expected):
    assert ports.choose(8080, taken=frozenset(taken), free=lambda port: port not in busy) == expected


def test_none_free_is_an_error_that_says_what_to_do():
    with pytest.raises(StackError, match=r"no free port .* from 8080 to 8129.*PORT="):
        ports.choose(8080, free=lambda port: False)


def test_the_search_ends_at_the_last_port():
    with pytest.raises(StackError, match="from 65530 to 65535"):
        ports.choose(65_530, free=lambda port: False)


def test_a_port_that_was_asked_for_is_never_swapped(listening):
    with pytest.raises(StackError, match=f"port {listening} .* busy"):
        ports.exactly(listening)


def test_two_that_start_at_the_same_moment_choose_different_ports(tmp_path):
    first, second = ports.Reservations(tmp_path), ports.Reservations(tmp_path)
    mine = ports.choose(20_000, free=first.take)
    assert ports.choose(20_000, free=second.take) > mine
    first.release()
    assert second.take(mine)
    second.release()


def test_a_port_somebody_listens_on_cannot_be_reserved(tmp_path, listening):
    assert not ports.Reservations(tmp_path).take(listening)


def test_a_reservation_taken_again_stays_ones_own(tmp_path):
    mine = ports.Reservations(tmp_path)
    port = ports.choose(20_100, free=mine.take)
    assert mine.take(port)
    mine.release()

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.change.windows import blacked_out, closed, is_open, opens_at
from include.policies.windows import Blackout, Window
from tests.change.test_limits import change

BERLIN = {"timezone": "Europe/Berlin"}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "now", "open_now"),
    [
        pytest.param(
            {"cron": "0 6 * * *", "hours": 2}, "2026-11-23 05:59:59", False, id="a second too early"
        ),
        pytest.param({"cron": "0 6 * * *", "hours": 2}, "2026-11-23 06:00:00", True, id="its first moment"),
        pytest.param({"cron": "0 6 * * *", "hours": 2}, "2026-11-23 07:59:59", True, id="its last second"),
        pytest.param({"cron": "0 6 * * *", "hours": 2}, "2026-11-23 08:00:00", False, id="just over"),
        pytest.param({"cron": "0 6 * * *", "hours": 0.5}, "2026-11-23 06:29:00", True, id="half an hour"),
        pytest.param({"cron": "0 22 * * *", "hours": 6}, "2026-11-23 03:00:00", True, id="over midnight"),
        pytest.param({"cron": "0 6 * * MON-FRI", "hours": 2}, "2026-11-22 06:30:00", False, id="a Sunday"),
        pytest.param({"cron": "0 6 * * MON-FRI", "hours": 2}, "2026-11-23 06:30:00", True, id="a Monday"),
        pytest.param({"cron": "0 0 * * SAT", "hours": 48}, "2026-11-22 23:00:00", True, id="a whole weekend"),
        pytest.param({"cron": "0 6 * * *", "hours": 2, **BERLIN}, "2026-07-01 04:00:00", True, id="summer"),
        pytest.param(
            {"cron": "0 6 * * *", "hours": 2, **BERLIN}, "2026-07-01 06:00:00", False, id="summer over"
        ),
        pytest.param({"cron": "0 6 * * *", "hours": 2, **BERLIN}, "2026-12-01 05:00:00", True, id="winter"),
        pytest.param(
            {"cron": "0 6 * * *", "hours": 2, **BERLIN}, "2026-12-01 04:59:00", False, id="winter early"
        ),
        pytest.param(  # 2026-03-29 02:00 CET becomes 03:00 CEST
            {"cron": "30 2 * * *", "hours": 1, **BERLIN},
            "2026-03-29 01:30:00",
            True,
            id="skipped hour in spring",
        ),
        pytest.param(  # 2026-10-25 03:00 CEST becomes 02:00 CET: 02:30 CEST is 00:30 UTC, 02:15 CET 01:15 UTC
            {"cron": "30 2 * * *", "hours": 1, **BERLIN},
            "2026-10-25 01:15:00",
            True,
            id="doubled hour in autumn",
        ),
        pytest.param(
            {"cron": "30 2 * * *", "hours": 1, **BERLIN}, "2026-10-25 01:45:00", False, id="not opened twice"
        ),
        pytest.param({"cron": "* * * * *", "hours": 24}, "2026-11-23 12:34:56", True, id="always"),
    ],
)
def test_a_window_is_open_for_its_hours_after_the_cron_fired(window, now, open_now):
    assert is_open(Window(**window), utc(now)) is open_now


@given(
    st.integers(0, 366 * 86_400).map(lambda s: utc("2026-01-01") + timedelta(seconds=s)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    st.sampled_from(["0 6 * * *", "30 2 * * *", "15 1 * * SUN", "0 22 * * MON-FRI"]),
    st.sampled_from([0.25, 1, 8, 24]),
)
def test_it_opens_when_it_says_it_opens(now, zone, cron, hours):
    window = Window(cron=cron, hours=hours, timezone=zone)
    opens = opens_at(window, now)
    assert opens > now
    assert is_open(window, opens)
    assert is_open(window, opens + timedelta(hours=hours) - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("environments", "windows", "reasons"),
    [
        pytest.param([None], [], [], id="no windows at all"),
        pytest.param(["dev"], [{"environment": ["prod"]}], [], id="a window for others"),
        pytest.param(["prod"], [{"environment": ["prod"]}], ["prod"], id="its window is closed"),
        pytest.param([None], [{}], ["untagged resources"], id="a window for everything"),
        pytest.param(
            ["prod"], [{"environment": ["prod"]}, {"cron": "0 8 * * *"}], [], id="one of two is open"
        ),
        pytest.param(["dev", "prod"], [{"environment": ["prod"]}], ["prod"], id="one of two environments"),
    ],
)
def test_an_environment_waits_for_its_own_windows(environments, windows, reasons):
    changes = [
        change(f"i-{n}").model_copy(update={"environment": name}) for n, name in enumerate(environments)
    ]
    held = [Window(**({"cron": "0 2 * * *", "hours": 2} | one)) for one in windows]
    found = closed(held, changes, utc("2026-11-23 09:00:00"))
    assert found == [f"the change window for {name} opens at 2026-11-24 02:00 UTC" for name in reasons]


def in_environment(name):
    return change("i-1").model_copy(update={"environment": name})


BLACKOUT = Blackout(first="2026-12-20", last="2027-01-03", timezone="Europe/Berlin", reason="holidays")


@pytest.mark.parametrize(
    ("now", "held"),
    [
        pytest.param("2026-12-19T22:59:59", False, id="the evening before, in Berlin"),
        pytest.param("2026-12-19T23:00:00", True, id="its first midnight in Berlin"),
        pytest.param("2027-01-03T22:59:59", True, id="its last second"),
        pytest.param("2027-01-03T23:00:00", False, id="the day after"),
    ],
)
def test_a_blackout_holds_whole_days_of_its_own_zone(now, held):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    said = "blackout for production until the end of 2027-01-03 Europe/Berlin: holidays"
    assert blacked_out([BLACKOUT], [in_environment("production")], at) == ([said] if held else [])


def test_a_blackout_holds_only_the_environments_it_names():
    at = datetime(2026, 12, 24, tzinfo=UTC)
    of_production = BLACKOUT.model_copy(update={"environment": ["production"]})
    assert blacked_out([of_production], [in_environment("development")], at) == []
    assert blacked_out([of_production], [in_environment(None)], at) == []
    assert "untagged resources" in blacked_out([BLACKOUT], [in_environment(None)], at)[0]

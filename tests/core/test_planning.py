"""What a plan allows for, and what-if questions: mistakes are refused, questions are said in words."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from include.core.planning import Event, Planning, PlanningOf, WhatIf

MAY = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_kind_differs_only_where_it_says_so():
    assert PlanningOf(lead_time_days=7).over(Planning()) == Planning(lead_time_days=7)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "nothing changed"),
        ({"growth_factor": 2}, "growth x 2"),
        ({"launch_at": MAY, "launch_percent": 30}, "+30 % from 2026-05-01 on"),
        ({"removed_nodes": 1, "threshold": 0.7}, "1 node fewer, threshold 70%"),
    ],
)
def test_a_question_in_words(asked, says):
    question = WhatIf(**asked)
    assert (question.says(), question.asks) == (says, bool(asked))


@pytest.mark.parametrize(
    "asked",
    [{"launch_at": MAY}, {"launch_percent": 10}, {"growth_factor": -1}, {"threshold": 0}, {"what": 1}],
)
def test_half_a_question_is_refused(asked):
    with pytest.raises(ValidationError):
        WhatIf(**asked)


def event(**different):
    return Event(**({"name": "sale", "starts": MAY, "ends": datetime(2026, 5, 4, tzinfo=UTC)} | different))


def test_a_yearly_event_comes_back():
    found = event(yearly=True).between(datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 12, 31, tzinfo=UTC))
    assert [starts.year for starts, _ in found] == [2028, 2029]


def test_an_event_of_29_february_is_on_1_march_in_other_years():
    leap = event(starts=datetime(2028, 2, 29, tzinfo=UTC), ends=datetime(2028, 3, 2, tzinfo=UTC), yearly=True)
    (found,) = leap.between(datetime(2029, 1, 1, tzinfo=UTC), datetime(2029, 12, 1, tzinfo=UTC))
    assert found == (datetime(2029, 3, 1, tzinfo=UTC), datetime(2029, 3, 3, tzinfo=UTC))


def test_an_event_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError, match="expected `ends` after `starts` of event 'sale'"):
        event(ends=MAY)

"""Before and after, as people read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.reports.pages import Line, Site, difference


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"type": "gp2"}, {"type": "gp3"}, [Line("type", "gp2", "gp3", "changed")]),
        ({"size": 5}, {"size": 5}, [Line("size", "5", "5", "same")]),
        ({}, {"days": 30}, [Line("days", None, "30", "added")]),
        ({"days": 30}, {}, [Line("days", "30", None, "removed")]),
        ({"days": None}, {"days": 30}, [Line("days", "not set", "30", "changed")]),
        ({"on": True}, {"on": False}, [Line("on", "yes", "no", "changed")]),
        ({"ip": "203.0.113.9"}, None, [Line("ip", "203.0.113.9", None, "removed")]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}},
         [Line("a.c", "2", "3", "changed"), Line("a.b", "1", "1", "same")]),
        ({"a": {"b": None}}, {"a": {"b": {"c": 2}}}, [Line("a.b.c", None, "2", "added")]),
        ({"a": {"b": {"c": 2}}}, {"a": {"b": None}}, [Line("a.b.c", "2", None, "removed")]),
        ({"rules": "[]"}, {"rules": '[{"ID":"x"}]'},
         [Line("rules", "[]", '[\n  {\n    "ID": "x"\n  }\n]', "changed")]),
        ({"ids": []}, {"ids": ["i-1"]}, [Line("ids", "[]", '[\n  "i-1"\n]', "changed")]),
        ({"note": "{not json"}, {"note": "{not json"}, [Line("note", "{not json", "{not json", "same")]),
        ({"n": 1}, {"n": True}, [Line("n", "1", "yes", "changed")]),
    ],
)  # fmt: skip
def test_difference(before, after, expected):
    assert difference(before, after) == expected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
states = st.dictionaries(st.text(max_size=4), values, max_size=4)


@given(states, states)
def test_turning_the_change_round_turns_every_line_round(before, after):
    there = {(line.field, line.before, line.after) for line in difference(before, after)}
    back = {(line.field, line.after, line.before) for line in difference(after, before)}
    assert there == back


@given(states)
def test_a_state_does_not_differ_from_itself(state):
    assert {line.kind for line in difference(state, state)} <= {"same"}


def test_links_follow_the_place_where_airflow_is_served():
    site = Site("/airflow/watchkeeper")
    assert site.plan("ab" * 32) == f"/airflow/watchkeeper/plans/{'ab' * 32}"
    assert site.run("cost_sweep", "asset__2026-01-01T00:00:00+00:00") == (
        "/airflow/dags/cost_sweep/runs/asset__2026-01-01T00%3A00%3A00%2B00%3A00"
    )
    assert site.required_actions == "/airflow/required_actions?response_received=false"
    assert Site("/watchkeeper").run("a/../b", "../x") == "/dags/a%2F..%2Fb/runs/..%2Fx"

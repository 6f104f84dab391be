from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.change import signoff
from include.change.text import differences, markdown, plain
from tests.change.world import NOW, finding, plan, running


def test_the_question_shows_what_a_person_needs_to_decide(ledger, world):
    rows = [finding("i-1"), finding("i-2", action="fake.delete", saving_usd_month=None)]
    (made,) = plan(ledger, world, rows, requester="vic").plans
    asked = signoff.question(ledger, made.digest, link="http://localhost/plan", now=NOW)
    assert asked.subject == f"cost: 2 changes, USD 70.00 (and 1 unpriced) per month [{made.digest[:12]}]"
    assert made.digest in asked.body
    assert "(http://localhost/plan)" in asked.body
    assert "| 2 | 1 | 1 | 1 | 0 | USD 70.00 (and 1 unpriced) |" in asked.body
    assert (NOW + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M UTC") in asked.body
    assert "Asked for by vic" in asked.body
    riskiest = asked.body.partition("### The riskiest")[2].partition("### The dearest")[0]
    assert riskiest.index(made.changes[1].change_id) < riskiest.index(made.changes[0].change_id)
    assert "high, no way back" in riskiest
    assert "unknown" in riskiest


def test_a_long_plan_is_cut_to_its_top_and_still_says_its_size(ledger, world):
    ids = [f"n-{n}" for n in range(40)]
    world.resources = running(*ids)
    (made,) = plan(ledger, world, [finding(i) for i in ids]).plans
    body = signoff.question(ledger, made.digest, now=NOW).body
    assert body.count("| `chg-") == 20
    assert "| 40 |" in body


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "http://evil.example www.evil.example a@evil.example",
    "| a | b |\n| --- | --- |",
    "**bold** _it_ `code` ~~gone~~ # head",
    "\x1b[31mred\x1b[0m\x07",
    "\u202egnp.exe\u202c\u2066\u200b",
    "'; DROP TABLE plans; --",
    "&lt;script&gt;",
    "x" * 65536,
    "line\r\nline\u2028line",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_only_text_in_the_question(ledger, world, name):
    (made,) = plan(
        ledger, world, [finding("i-1", name=name, environment=name, reason=name)], requester=name
    ).plans
    body = signoff.question(ledger, made.digest, now=NOW).body
    assert "<" not in body
    assert "javascript:" not in body
    assert "http:" not in body
    assert "www.evil" not in body
    assert not any(c in body for c in "\x1b\x07\u202e\u202c\u2066\u200b\u2028\r")
    assert all(
        row.replace("\\|", "").count("|") == 8 for row in body.splitlines() if row.startswith("| `chg")
    )
    assert len(body) < 6000


@given(st.text(), st.integers(1, 50))
def test_plain_text_is_one_short_line_of_visible_characters(value, limit):
    shown = plain(value, limit)
    assert len(shown) <= limit
    assert not set(shown) & set("\r\n\t\x00\x1b\u2028\u202e")


@given(st.text(max_size=60))
def test_markdown_keeps_every_special_character_escaped(value):
    shown = markdown(value)
    bare = shown.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")
    bare = bare.replace("&quot;", "").replace("&#39;", "")
    for place, char in enumerate(bare):
        if char in "`*_[]()|<>!#~":
            assert place > 0
            assert bare[place - 1] == "\\"


def test_markdown_renders_back_to_the_same_text():
    from markdown_it import MarkdownIt

    for name in HOSTILE[:8]:
        html = MarkdownIt("gfm-like", {"html": True}).render(markdown(name))
        assert "<script" not in html
        assert "<a " not in html
        assert "<img" not in html
        assert "<strong" not in html
        assert "<table" not in html


@pytest.mark.parametrize(
    ("before", "live", "said"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "b: 2 -> 3"),
        ({"a": 1}, {"b": 2}, "a: 1 -> None, b: None -> 2"),
        ({"a": 1}, None, "expected {'a': 1}, live is gone"),
        (None, {"a": 1}, "expected gone, live is {'a': 1}"),
    ],
)
def test_differences_name_the_fields(before, live, said):
    assert differences(before, live) == said

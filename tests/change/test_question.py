from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from include.change import signoff
from include.change.text import APART, differences, markdown, plain
from tests.change.world import NOW, finding, plan, running
from tests.hostile import IN_FRAMES, TEXTS, UNSEEN


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


GITHUB = MarkdownIt("gfm-like", {"html": True})
"""Reads raw HTML, tables, bare addresses: more than Airflow's own renderer would."""


def shape(body):
    """What Markdown makes of it, element by element; the words are left out."""
    flat = [part for token in GITHUB.parse(body) for part in (token, *(token.children or ()))]
    shown = [part for part in flat if (part.type, part.content) != ("html_inline", APART)]
    return [part.type for part in shown if part.type not in {"text", "text_special"}]


def asked_about(ledger, world, text):
    """The question about a plan in which everything that others write is `text`."""
    resource = text.replace("\x00", "")  # a column of the ledger, and PostgreSQL refuses NUL in those
    world.resources = running(resource)
    row = finding(resource, name=text, environment=text, reason=text)
    (made,) = plan(ledger, world, [row], requester=resource).plans
    return signoff.question(ledger, made.digest, link="https://airflow.test/plan", now=NOW)


@pytest.mark.parametrize("text", IN_FRAMES.values(), ids=IN_FRAMES)
def test_hostile_names_are_only_text_in_the_question(ledger, world, text):
    asked = asked_about(ledger, world, text)
    assert shape(asked.body) == shape(asked_about(ledger, world, "harmless").body)
    assert not set(asked.subject + asked.body) & set(UNSEEN)
    assert "<" not in asked.body.replace(APART, "")
    assert len(asked.body) < 8000


@given(st.text(), st.integers(1, 50))
def test_plain_text_is_one_short_line_of_visible_characters(value, limit):
    shown = plain(value, limit)
    assert len(shown) <= limit
    assert not set(shown) & set("\r\n\t\x00\x1b\u2028\u202e")


@given(st.text(max_size=60))
def test_markdown_keeps_every_special_character_escaped(value):
    shown = markdown(value).replace(APART, "")
    bare = shown.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")
    bare = bare.replace("&quot;", "").replace("&#39;", "")
    for place, char in enumerate(bare):
        if char in "`*_[]()|<>!#~":
            assert place > 0
            assert bare[place - 1] == "\\"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_markdown_renders_back_to_the_same_text(text):
    (paragraph,) = [token for token in GITHUB.parse("x" + markdown(text)) if token.type == "inline"]
    parts = [part for part in paragraph.children if (part.type, part.content) != ("html_inline", APART)]
    assert {part.type for part in parts} <= {"text", "text_special"}
    assert "".join(part.content for part in parts) == "x" + plain(text, 80)


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("![x](https://evil.example/x.png)", ["https\\:", "\\/\\/evil"]),
        ("see HTTP://evil.example", ["HTTP\\:", "\\/\\/evil"]),
        ("www.evil.example", ["www", "\\.evil"]),
        ("mail a@evil.example", ["a", "\\@evil"]),
    ],
)
def test_an_address_stands_in_no_text_of_its_own(text, halves):
    """Airflow's renderer makes a link of an address in a text, whatever was escaped in it."""
    assert APART.join(halves) in markdown(text)
    assert markdown(text).count(APART) == 1


@pytest.mark.parametrize(
    ("before", "live", "said"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "b: 2 -> 3"),
        ({"a": 1}, {"b": 2}, "a: 1 -> None, b: None -> 2"),
        ({"a": {"x": None, "y": 1}}, {"a": {"x": {"n": 1}, "y": 1}}, "a.x: None -> {'n': 1}"),
        ({"a": 1}, None, "expected {'a': 1}, live is gone"),
        (None, {"a": 1}, "expected gone, live is {'a': 1}"),
    ],
)
def test_differences_name_the_fields(before, live, said):
    assert differences(before, live) == said

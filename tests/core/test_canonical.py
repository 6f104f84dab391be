"""Canonical JSON: one text for one content."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.core.canonical import canonical_json, sha256

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_it_is_json_of_the_same_content(content):
    assert json.loads(canonical_json(content)) == content


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=5))
def test_the_order_of_keys_does_not_matter(content):
    assert canonical_json(dict(reversed(content.items()))) == canonical_json(content)


@given(json_values, json_values)
def test_content_of_one_text_is_the_same(first, second):
    assert first == second or canonical_json(first) != canonical_json(second)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"b": 1, "a": [1, 2]}, '{"a":[1,2],"b":1}'),
        ({"name": "Zürich ☃"}, '{"name":"Zürich ☃"}'),
        ({"a": None, "b": True}, '{"a":null,"b":true}'),
        ("\u2028\n", '"\u2028\\n"'),
    ],
)
def test_the_text_is_as_short_as_it_can_be(content, text):
    assert canonical_json(content) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_does_not_have_is_refused(value):
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        canonical_json({"x": value})


@given(st.text())
def test_the_hash_is_sha_256_of_the_bytes(text):
    assert sha256(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()

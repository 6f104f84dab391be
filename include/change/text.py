"""Text that others wrote (names, tags, reasons, comments) made harmless for Markdown, HTML and terminals."""

import re
import unicodedata
from collections.abc import Iterator

MARKDOWN = frozenset("\\`*_{}[]()#+-.!|~>:/@=$^'\"&<")
ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&#39;"}
ADDRESS = re.compile(r"(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
"""Where an address in plain text is cut in two: renderers of GitHub's Markdown make links of those that stand
in the text at last, however they were escaped (mdast-util-gfm-autolink-literal)."""
APART = "<!-- -->"
"""Shows as nothing, and keeps what stands before it and behind it in texts of their own."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories left out: controls, terminal escapes, direction overrides, surrogates, unassigned."""


def plain(value: object, limit: int = 200) -> str:
    """One line without control characters and direction overrides, cut to `limit` characters."""
    text = " ".join(str(value)[: limit * 8].split())
    seen = "".join(c for c in text if unicodedata.category(c) not in UNSEEN).strip()
    return seen if len(seen) <= limit else seen[: limit - 1] + "…"


def markdown(value: object, limit: int = 80) -> str:
    """`plain` text that renders as itself in Markdown: no HTML, no link, no table cell, no emphasis."""
    return APART.join(map(_escaped, ADDRESS.split(plain(value, limit))))


def _escaped(text: str) -> str:
    return "".join(ENTITIES.get(c) or (f"\\{c}" if c in MARKDOWN else c) for c in text)


def differences(expected: object, live: object) -> str:
    """Which fields of two states differ, in one line: `state: 'running' -> 'stopped'`; nested ones dotted."""
    if not isinstance(expected, dict) or not isinstance(live, dict):
        gone = "gone"
        return f"expected {gone if expected is None else expected}, live is {gone if live is None else live}"
    return ", ".join(_fields(expected, live))


def _fields(expected: dict[str, object], live: dict[str, object], prefix: str = "") -> Iterator[str]:
    for field in sorted(k for k in expected.keys() | live.keys() if expected.get(k) != live.get(k)):
        old, new = expected.get(field), live.get(field)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _fields(old, new, f"{prefix}{field}.")
        else:
            yield f"{prefix}{field}: {old!r} -> {new!r}"

"""Before and after of one change, field by field, as people read it."""

import json
from typing import NamedTuple

from pydantic import JsonValue

from include.core.changes import State


class Line(NamedTuple):
    """One field. `kind`: changed, added, removed or same; None: the field is not there."""

    field: str
    before: str | None
    after: str | None
    kind: str


def difference(before: State, after: State | None) -> list[Line]:
    """Every field of either state, what differs first. `after` None: the resource is gone, all is removed."""
    old, new = _flat(before, after or {}), _flat(after or {}, before)
    lines = [_line(field, old.get(field), new.get(field)) for field in sorted(old | new)]
    return sorted(lines, key=lambda line: line.kind == "same")


def _line(field: str, before: str | None, after: str | None) -> Line:
    if before == after:
        return Line(field, before, after, "same")
    if before is None:
        return Line(field, before, after, "added")
    return Line(field, before, after, "removed" if after is None else "changed")


def _flat(state: State, beside: State, prefix: str = "") -> dict[str, str]:
    """Nested objects as dotted fields; JSON kept as text is laid out, so that a changed rule can be seen.

    A null that is an object in the state `beside` has no fields yet, and is none itself.
    """
    flat: dict[str, str] = {}
    for key, value in state.items():
        other = beside.get(key)
        within = other if isinstance(other, dict) else {}
        if isinstance(value, dict) and value:
            flat |= _flat(value, within, f"{prefix}{key}.")
        elif value is not None or not within:
            flat[prefix + key] = _text(value)
    return flat


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return _laid_out(value) if value[:1] in {"[", "{"} else value
    if isinstance(value, list | dict):
        return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) if value else json.dumps(value)
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _laid_out(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False, sort_keys=True)
    except json.JSONDecodeError:
        return text

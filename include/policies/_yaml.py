"""YAML as policy may use it: plain values, each key once, and the line of every field."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from include.core.errors import PolicyError

Root = yaml.Node | None


class _Loader(yaml.SafeLoader):
    """Dates stay text: YAML would make `2026-13-01` an error and `2026-12-01` something else than text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path, text: str) -> tuple[Root, Any]:
    """The file's nodes (for `line`) and its content. PolicyError names the line of what is not plain YAML."""
    try:
        for token in yaml.scan(text, Loader=_Loader):
            if isinstance(token, yaml.TagToken):
                raise PolicyError(f"{path}:{token.start_mark.line + 1}: expected plain YAML, found a tag")
        root = yaml.compose(text, Loader=_Loader)
        for at, problem in _problems(root):
            raise PolicyError(f"{path}:{at.start_mark.line + 1}: {problem}")
        return root, yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise PolicyError(f"{path}:{_line_of(error, text)}: expected YAML: {problem}") from error
    except ValueError as error:  # looks like a number and is none: `0b_`, or thousands of digits
        raise PolicyError(f"{path}:1: expected YAML: a number that cannot be read: {error}") from error
    except RecursionError as error:
        raise PolicyError(f"{path}:1: expected a policy, found a nesting too deep to read") from error


def line(node: Root, where: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `where` that the file has."""
    found = node.start_mark.line + 1 if node is not None else 1
    for part in where:
        key, node = _child(node, part)
        if key is None:
            return found
        found = key.start_mark.line + 1
    return found


def _child(node: Root, part: int | str) -> tuple[Root, Root]:
    """What to point at for one part of the way, and where the way goes on."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, value) for key, value in node.value if key.value == str(part)]
        return pairs[0] if pairs else (None, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None, None


def _problems(root: Root) -> Iterator[tuple[yaml.Node, str]]:
    """Keys named twice (YAML would silently keep the last), aliases that contain themselves."""
    seen: set[int] = set()
    waiting: list[tuple[Root, frozenset[int]]] = [(root, frozenset())]
    while waiting:
        node, above = waiting.pop()
        if node is None:
            continue
        if id(node) in above:
            yield node, "expected plain YAML: an alias contains itself"
            return
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield from _named_twice(node)
        waiting += [(child, above | {id(node)}) for child in _children(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [one for pair in node.value for one in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _named_twice(node: yaml.MappingNode) -> Iterator[tuple[yaml.Node, str]]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if key.value in first:
            yield key, f"{key.value}: expected each field once, it is in line {first[key.value]} too"
        first.setdefault(key.value, key.start_mark.line + 1)


def _line_of(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1

"""Policy files into models; a mistake names the file, the line, the field and what was expected."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from include.core.canonical import sha256
from include.core.errors import PolicyError
from include.policies import _yaml

Where = tuple[int | str, ...]
"""The way to a field: `("targets", 0, "regions")`."""


class Policy(BaseModel):
    """A policy file, or a part of one: unknown fields are mistakes, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def problems(self) -> Iterator[tuple[Where, str]]:
        """What is wrong between fields that are each right: where, and what was expected. For whole files."""
        yield from ()


Model = TypeVar("Model", bound=Policy)

MOST_REMEMBERED = 16
_content: dict[str, str] = {}
"""What was read, by its version: the newest few."""


def folder() -> Path:
    """Where the policy files are: WATCHKEEPER_POLICIES, else the files of this repository."""
    return Path(os.environ.get("WATCHKEEPER_POLICIES") or Path(__file__).parent)


def versioned(name: str, model: type[Model], *, at: Path | None = None) -> tuple[Model, str]:
    """One policy file with its version, the hash of exactly the content that was read: recorded with every
    decision made by it. PolicyError as for `read`."""
    path = (at or folder()) / name
    text = _text(path)
    policy, version = _parsed(path, text, model), sha256(text)
    if version not in _content:
        for oldest in list(_content)[: 1 - MOST_REMEMBERED]:
            _content.pop(oldest, None)
        _content[version] = text
    return policy, version


def content(version: str) -> str | None:
    """The text of a version that this process has read; None: it has not, or long ago."""
    return _content.get(version)


def read(name: str, model: type[Model], *, at: Path | None = None) -> Model:
    """One policy file as `model`. PolicyError: missing, not YAML, or not what the model expects."""
    path = (at or folder()) / name
    return _parsed(path, _text(path), model)


def _parsed(path: Path, text: str, model: type[Model]) -> Model:
    """Once per content: every claim reads the policy in force, which is mostly the same one."""
    return cast(Model, _remembered(path, text, model))


@lru_cache(maxsize=8)
def _remembered(path: Path, text: str, model: type[Policy]) -> Policy:
    root, content = _yaml.load(path, text)
    try:
        policy = model.model_validate({} if content is None else content)
    except ValidationError as error:
        found = [(one["loc"], _expected(one)) for one in error.errors()]
        raise _mistakes(path, root, found) from error
    if found := list(policy.problems()):
        raise _mistakes(path, root, found)
    return policy


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"{path}: cannot be read ({error}). Nothing is planned or applied without it."
        ) from error


def _mistakes(path: Path, root: _yaml.Root, found: list[tuple[Where, str]]) -> PolicyError:
    """One line each: `change.yaml:12: limits.max_changes: expected ...`."""
    return PolicyError(
        "\n".join(
            f"{path}:{_yaml.line(root, where)}: {'.'.join(map(str, where)) or '(whole file)'}: {expected}"
            for where, expected in found
        )
    )


def _expected(error: Any) -> str:
    """What pydantic found, as the sentence a person can act on."""
    if error["type"] == "extra_forbidden":
        return "expected no such field; is it misspelt?"
    if error["type"] == "missing":
        return "expected a value, it is missing"
    said = str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "expected", 1)
    got = repr(error["input"])
    known = f"got {got}" in said or len(got) > 60 or isinstance(error["input"], dict | list)
    return said if known else f"{said}, got {got}"

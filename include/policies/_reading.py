"""Policy files into models; a mistake names the file, the line, the field and what was expected."""

import os
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from include.core.canonical import sha256
from include.core.errors import PolicyError

Model = TypeVar("Model", bound=BaseModel)


def folder() -> Path:
    """Where the policy files are: WATCHKEEPER_POLICIES, else the files of this repository."""
    return Path(os.environ.get("WATCHKEEPER_POLICIES") or Path(__file__).parent)


def version(name: str) -> str:
    """The content hash of one policy file, recorded with every decision made by it."""
    return sha256(_text(folder() / name))


def read(name: str, model: type[Model]) -> Model:
    """One policy file as `model`. PolicyError: missing, not YAML, or not what the model expects."""
    path = folder() / name
    text = _text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PolicyError(f"{path}:{line}: not valid YAML: {getattr(error, 'problem', error)}") from error
    try:
        return model.model_validate({} if content is None else content)
    except ValidationError as error:
        raise PolicyError("\n".join(_sentence(path, root, one) for one in error.errors())) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"{path}: cannot be read ({error}). Nothing is planned or applied without it."
        ) from error


def _sentence(path: Path, root: yaml.Node | None, error: object) -> str:
    where: tuple[int | str, ...] = error["loc"]  # type: ignore[index]
    field = ".".join(str(part) for part in where) or "(whole file)"
    return f"{path}:{_line(root, where)}: {field}: {error['msg']}"  # type: ignore[index]


def _line(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `where` that the file has."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line

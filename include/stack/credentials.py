"""Keys and passwords: made once, kept in files only their owner can read."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from include.stack.errors import StackError

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that look alike."""


def password() -> str:
    """16 characters of ALPHABET: 92 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def keys(file: Path) -> dict[str, str]:
    """`jwt_secret`, `api_secret` and `fernet_key`, generated on the first call and the same ever after."""
    makers: dict[str, Callable[[], str]] = {
        "jwt_secret": lambda: secrets.token_urlsafe(64),
        "api_secret": lambda: secrets.token_urlsafe(32),
        "fernet_key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    return _kept(file, makers)


def passwords(file: Path, users: Iterable[str]) -> dict[str, str]:
    """One password per user, generated when there is none yet; the form Airflow's SimpleAuthManager reads."""
    return _kept(file, dict.fromkeys(users, password))


def _kept(file: Path, makers: dict[str, Callable[[], str]]) -> dict[str, str]:
    kept = read(file)
    made = {name: maker() for name, maker in makers.items() if name not in kept}
    if made or (file.exists() and file.stat().st_mode & 0o077):
        _write(file, kept | made)
    return kept | made


def read(file: Path) -> dict[str, str]:
    """What is kept in `file`; empty when there is none. StackError when it is not what it must be."""
    if not file.exists():
        return {}
    try:
        kept: dict[str, str] = json.loads(file.read_text())
    except json.JSONDecodeError as error:
        raise StackError(
            f"{file}: expected a JSON object ({error}). Delete it: a new one is generated."
        ) from error
    return kept


def _write(file: Path, content: dict[str, str]) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(content, stream)
    part.replace(file)

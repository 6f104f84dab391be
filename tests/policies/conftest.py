"""Policy files in a scratch folder."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes one policy file and makes its folder the one that is read."""
    monkeypatch.setenv("WATCHKEEPER_POLICIES", str(tmp_path))

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write

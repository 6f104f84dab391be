"""Where reports are: `<reports>/<dag_id>/<snapshot_id>/<file>`. Nothing outside is ever reached by a name."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from include.core.errors import WatchkeeperError

PAGE = "report.html"
_CSV, _PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
FILES = {
    PAGE: "text/html; charset=utf-8",
    "findings.csv": _CSV,
    "findings.parquet": _PARQUET,
    "outlooks.csv": _CSV,
    "outlooks.parquet": _PARQUET,
    "report.json": "application/json",
}
"""Every file a report may have, and its media type."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+:~-]{0,199}", re.ASCII)


def root() -> Path:
    """WATCHKEEPER_REPORTS, else `reports` beside a lake that is a folder."""
    told = os.environ.get("WATCHKEEPER_REPORTS")
    if told:
        return Path(told)
    lake = os.environ.get("WATCHKEEPER_LAKE", "")
    if not lake or "://" in lake:
        raise WatchkeeperError(
            f"reports: WATCHKEEPER_REPORTS is not set and WATCHKEEPER_LAKE ({lake or 'not set'}) is no "
            "folder. Set WATCHKEEPER_REPORTS to a folder that workers write and the api-server reads."
        )
    return Path(lake).parent / "reports"


def place(folder: Path, dag_id: str, snapshot_id: str) -> Path:
    """The folder of one report; WatchkeeperError for a name that could lead elsewhere."""
    for name in (dag_id, snapshot_id):
        if not _NAME.fullmatch(name) or ".." in name:
            raise WatchkeeperError(
                f"reports: {name!r} cannot name a folder: expected letters, digits and _ . + : ~ -"
            )
    return folder / dag_id / snapshot_id


def replace(path: Path, data: bytes) -> None:
    """Write whole or not at all: a reader sees the old file or the new one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as part:
        part.write(data)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(path)


def find(folder: Path, dag_id: str, snapshot_id: str, name: str) -> Path | None:
    """One file of one report; None when there is none, whatever the names try to be."""
    if name not in FILES or not _is_plain(dag_id) or not _is_plain(snapshot_id):
        return None
    return inside(folder, Path(dag_id) / snapshot_id / name)


def inside(folder: Path, relative: Path | str) -> Path | None:
    """The file at `relative` if it exists and, links resolved, really lies below `folder`; else None."""
    if "\0" in str(relative):
        return None
    base = folder.resolve()
    path = (base / relative).resolve()
    return path if path.is_relative_to(base) and path.is_file() else None


def reports(folder: Path, limit: int = 200, dag_id: str = "*") -> list[dict[str, Any]]:
    """The summaries (`report.json`) of the newest reports, newest data first."""
    found = [
        path
        for path in folder.glob(f"{dag_id}/*/report.json")
        if _is_plain(path.parts[-3]) and _is_plain(path.parts[-2])
    ]
    found.sort(key=lambda path: (path.parts[-2], path.parts[-3]), reverse=True)
    return [
        {"kind": "cost"}
        | json.loads(path.read_text(encoding="utf-8"))  # what was written before there were two
        for path in found[:limit]
    ]


def _is_plain(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and ".." not in name

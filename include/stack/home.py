"""Where one running Watchkeeper keeps everything: `.watchkeeper/demo`, `.watchkeeper/live`."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project: `dags/`, `plugins/` and `include/` lie here."""


@dataclass(frozen=True)
class Home:
    """The folder of one run, and its parts. The demo's and the real account's are never the same one."""

    folder: Path

    @property
    def logs(self) -> Path:
        """One file per process, and Airflow's task logs under `tasks`."""
        return self.folder / "logs"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def airflow(self) -> Path:
        return self.folder / "airflow"

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def data_docs(self) -> Path:
        return self.folder / "data_docs"

    @property
    def keys(self) -> Path:
        """Signing and encryption keys, generated once; mode 0600."""
        return self.folder / "keys.json"

    @property
    def passwords(self) -> Path:
        """Passwords of Airflow's users, generated once; mode 0600."""
        return self.folder / "passwords.json"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def migrated(self) -> Path:
        """Which Airflow the metadata was last migrated to."""
        return self.folder / "migrated"

    def make(self) -> None:
        """Create what is missing."""
        for folder in (self.logs, self.airflow, self.lake, self.reports, self.data_docs):
            folder.mkdir(parents=True, exist_ok=True)

    def forget(self) -> None:
        """Remove what belongs to an earlier estate; PostgreSQL, keys and passwords stay."""
        for folder in (self.logs, self.lake, self.reports, self.data_docs):
            shutil.rmtree(folder, ignore_errors=True)


def base_folder(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Path:
    """WATCHKEEPER_HOME, else `.watchkeeper` in the project."""
    return Path(environ.get("WATCHKEEPER_HOME") or root / ".watchkeeper").resolve()

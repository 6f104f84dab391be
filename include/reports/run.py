"""What the report of any run says: where it read, what it could not, what became of its changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import polars as pl

from include.core.findings import EXEMPTIONS
from include.reports import folders


class PlanSummary(NamedTuple):
    """One plan as it stands when the report is written."""

    digest: str
    level: str
    state: str
    changes: int
    saving_usd_month: Decimal | float | None
    """Sum of the known savings; None: not one of them is known."""
    unpriced: int = 0
    decided_by: tuple[str, ...] = ()
    """Who approved or rejected it."""
    parent_digest: str | None = None
    origin: str = "planned"
    """planned, cut (approved in part), rollback, auto_rollback."""


class ChangeOutcome(NamedTuple):
    """What became of one planned change; `state` is the ledger's execution state."""

    plan_digest: str
    change_id: str
    action: str
    check_id: str
    account_id: str
    region: str
    resource_id: str
    state: str
    reason: str | None = None
    saving_usd_month: Decimal | float | None = None


class LeftOut(NamedTuple):
    """A finding that became no change, and why."""

    check_id: str
    account_id: str
    region: str
    resource_id: str
    why: str


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What reports have in common. The same content gives the same bytes: no clock is read."""

    dag_id: str
    run_id: str | None
    snapshot_id: str
    as_of: datetime
    """When the estate was read (UTC)."""
    targets: Mapping[str, str]
    """Target id (`111111111111/eu-west-1`) to account name."""
    gaps: pl.DataFrame
    """GAPS columns."""
    resources: int | None = None
    """Resources read; None: not counted."""
    plans: tuple[PlanSummary, ...] = ()
    changes: tuple[ChangeOutcome, ...] = ()
    exemptions: pl.DataFrame = field(default_factory=EXEMPTIONS.to_frame)
    """EXEMPTIONS columns: those that count and those that do not."""
    left_out: tuple[LeftOut, ...] = ()
    journal_seq: int | None = None
    journal_head: str | None = None
    """Hash of the journal's last entry when the report was written."""
    policy: Mapping[str, str] = field(default_factory=dict)
    """Policy file to its version (content hash)."""

    @property
    def accounts(self) -> dict[str, str]:
        """Account id to its name."""
        return {target.split("/")[0]: name for target, name in self.targets.items()}

    def write(self, folder: Path, content: Mapping[str, bytes]) -> list[Path]:
        """Write every file of `content` (name to bytes) below `folder`, the reports' root, in that order.

        A second call replaces the first. A folder without `report.json` is not a report yet, and is not
        listed: it comes last.
        """
        place = folders.place(folder, self.dag_id, self.snapshot_id)
        place.mkdir(parents=True, exist_ok=True)
        for name, data in content.items():
            folders.replace(place / name, data)
        return [place / name for name in content]

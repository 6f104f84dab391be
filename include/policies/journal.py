"""Where the journal's heads are published besides the reports (`journal.yaml`)."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from include.policies._reading import Policy, folder, read
from include.policies.targets import Region, RoleArn

FILE = "journal.yaml"
OWN = Path(__file__).parent


class HeadBucket(Policy):
    """An S3 bucket with Object Lock. What is put there cannot be removed or replaced for `retention_days`: in
    GOVERNANCE mode save by who may bypass it, in COMPLIANCE mode by nobody, the account's root included
    (Amazon S3 User Guide, "Locking objects with Object Lock")."""

    bucket: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$")] = (
        "watchkeeper/heads"
    )
    region: Region
    role: RoleArn
    external_id: str | None = None
    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    retention_days: Annotated[int, Field(ge=1, le=36500)]


class JournalPolicy(Policy):
    """`publish_to` null: heads are published in reports only, which the journal's page says."""

    publish_to: HeadBucket | None = None


def journal_policy() -> JournalPolicy:
    """`journal.yaml`, or this repository's where the policy folder has none: it names no bucket.

    PolicyError when it is broken.
    """
    return read(FILE, JournalPolicy, at=folder() if (folder() / FILE).exists() else OWN)

"""The IAM policies, gathered from the code: `python -m include.stack.iam docs/iam` writes them anew.

Every collector and action names the IAM actions it uses, and so does any other module of `include/aws`, as
PERMISSIONS; nothing here is typed by hand. The whole test run is listened to (tests/iam_recorder.py): it
fails for a call that is not declared, and for a declaration that nothing uses.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from include.aws import act, journal_heads, sessions
from include.aws.collect._collector import collectors
from include.core.discovery import modules

READ, CHANGE, TRUST = "read.json", "change.json", "trust.json"
CONNECTION = "connection.json"
JOURNAL = "watchkeeper-journal.json"
OTHER_ROLES = (sessions, journal_heads)
"""Modules of the edge whose calls the read role does not make."""

Policy = dict[str, Any]


def others() -> dict[str, tuple[str, ...]]:
    """What other modules of the edge declare, by module: telemetry, alarms, prices, STS."""
    found = {f"include.aws.{name}": module for name, module in modules("include.aws").items()}
    declared = {name: getattr(module, "PERMISSIONS", ()) for name, module in found.items()}
    return {name: tuple(all) for name, all in declared.items() if all and not name.startswith(act.__name__)}


def read_policy() -> Policy:
    """What the read role may do: collect, look at live state, read telemetry, outcome alarms and prices."""
    collected = [name for one in collectors().values() for name in one.permissions]
    looked_at = [name for id in act.ids() for name in act.action(id).READ_PERMISSIONS]
    apart = {module.__name__ for module in OTHER_ROLES}
    read = [name for module, all in others().items() if module not in apart for name in all]
    return _policy("WatchkeeperRead", [*collected, *looked_at, *read])


def change_policy() -> Policy:
    """What the change role may do: what the actions read before they act, and what they do."""
    doing = [act.action(id) for id in act.ids()]
    return _policy(
        "WatchkeeperChange",
        [name for one in doing for name in (*one.READ_PERMISSIONS, *one.PERMISSIONS)],
    )


def journal_policy() -> Policy:
    """What the role in `journal.yaml` may do: publish heads to the one bucket, and list what is there."""
    policy = _policy("WatchkeeperJournal", journal_heads.PERMISSIONS)
    policy["Statement"][0]["Resource"] = ["arn:aws:s3:::HEADS_BUCKET", "arn:aws:s3:::HEADS_BUCKET/*"]
    return policy


def connection_policy() -> Policy:
    """What the two Airflow connections themselves may do: assume the roles, and nothing else."""
    policy = _policy("WatchkeeperConnections", sessions.PERMISSIONS)
    roles = [f"arn:aws:iam::*:role/watchkeeper-{purpose}" for purpose in ("read", "change", "journal")]
    policy["Statement"][0]["Resource"] = roles
    return policy


def trust_policy() -> Policy:
    """Who may assume either role; the placeholders are filled in per account."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "WatchkeeperOnly",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::WATCHKEEPER_ACCOUNT_ID:role/WATCHKEEPER_ROLE"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "EXTERNAL_ID"}},
            }
        ],
    }


def write(folder: Path) -> None:
    """All of them, as the documentation shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        READ: read_policy(),
        CHANGE: change_policy(),
        CONNECTION: connection_policy(),
        JOURNAL: journal_policy(),
        TRUST: trust_policy(),
    }
    for name, policy in made.items():
        (folder / name).write_text(json.dumps(policy, indent=2) + "\n")


def _policy(sid: str, actions: Iterable[str]) -> Policy:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": sid, "Effect": "Allow", "Action": sorted(set(actions)), "Resource": "*"}],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/iam"))

"""The two IAM policies, gathered from the code: `python -m include.stack.iam docs/iam` writes them anew.

Every collector and action names the IAM actions it uses; nothing here is typed by hand except what reads
prices. A policy with an action that no code names, or without one that some does, cannot exist.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from include.aws import act
from include.aws.alarms import API as READS_ALARMS
from include.aws.collect._collector import collectors
from include.aws.collect.metrics import API as READS_TELEMETRY

READS_PRICES = "pricing:GetProducts"
READ, CHANGE, TRUST = "watchkeeper-read.json", "watchkeeper-change.json", "trust.json"

Policy = dict[str, Any]


def read_policy() -> Policy:
    """What the read role may do: collect, look at live state, read telemetry, outcome alarms and prices."""
    collected = [name for one in collectors().values() for name in one.permissions]
    looked_at = [name for id in act.ids() for name in act.action(id).READ_PERMISSIONS]
    return _policy("WatchkeeperRead", [*collected, *looked_at, READS_TELEMETRY, READS_ALARMS, READS_PRICES])


def change_policy() -> Policy:
    """What the change role may do: what the actions read before they act, and what they do."""
    doing = [act.action(id) for id in act.ids()]
    return _policy(
        "WatchkeeperChange",
        [name for one in doing for name in (*one.READ_PERMISSIONS, *one.PERMISSIONS)],
    )


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
    """All three, as the documentation shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, policy in ((READ, read_policy()), (CHANGE, change_policy()), (TRUST, trust_policy())):
        (folder / name).write_text(json.dumps(policy, indent=2) + "\n")


def _policy(sid: str, actions: Iterable[str]) -> Policy:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": sid, "Effect": "Allow", "Action": sorted(set(actions)), "Resource": "*"}],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/iam"))

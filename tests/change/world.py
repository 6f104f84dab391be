"""A world to change: resources in memory, actions on them, and faults where a test wants them."""

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace

import polars as pl
from botocore.exceptions import ClientError, ReadTimeoutError

from include.change import planning, signoff
from include.core.changes import Step
from include.core.errors import WatchkeeperError
from include.core.findings import FINDINGS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ACCOUNT, REGION = "111111111111", "eu-west-1"
FINDING = {
    "check_id": "ec2_idle",
    "domain": "cost",
    "account_id": ACCOUNT,
    "region": REGION,
    "resource_type": "ec2_instances",
    "name": "web",
    "environment": "development",
    "status": "FAIL",
    "severity": "medium",
    "reason": "mean CPU 1 % over 14 days",
    "saving_usd_month": 70.0,
    "price_source": "list",
    "price_date": date(2026, 11, 1),
    "evidence": "{}",
    "action": "fake.stop",
    "params": "{}",
}


def denied(code="UnauthorizedOperation"):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Describe")


def server_error():
    answer = {"Error": {"Code": "InternalError"}, "ResponseMetadata": {"HTTPStatusCode": 500}}
    return ClientError(answer, "Change")


def timed_out():
    return ReadTimeoutError(endpoint_url="https://ec2.amazonaws.com")


class Killed(BaseException):
    """The worker dies here: nothing may catch it."""


@dataclass
class World:
    """`resources` by id; `faults` {(moment, resource id): [exceptions, raised one per visit]}, where a moment
    is read, before, halfway or after; `effects` counts what really happened to each resource."""

    resources: dict[str, dict | None] = field(default_factory=dict)
    faults: dict[tuple[str, str], list[BaseException]] = field(default_factory=dict)
    effects: Counter = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)
    acting: Counter = field(default_factory=Counter)
    hooks: dict[tuple[str, str], object] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def clients(self, account_id, region, service):
        return SimpleNamespace(account_id=account_id, region=region, service=service)

    def action(self, action_id):
        found = {action.ID: action for action in (Stop, Start, Delete, Resize, SnapshotDelete)}.get(action_id)
        if found is None:
            raise WatchkeeperError(f"no action {action_id!r}")
        return found(self)

    def visit(self, moment, resource_id):
        hook = self.hooks.get((moment, resource_id))
        if hook:
            hook()
        waiting = self.faults.get((moment, resource_id))
        if waiting:
            raise waiting.pop(0)

    def effect(self, resource_id, **fields):
        with self.lock:
            self.resources[resource_id] = self.resources[resource_id] | fields
            self.effects[resource_id] += 1

    def remove(self, resource_id):
        with self.lock:
            self.resources[resource_id] = None
            self.effects[resource_id] += 1


class Fake:
    SERVICE = "fake"
    READ_PERMISSIONS = ("fake:Describe",)
    PERMISSIONS = ("fake:Change",)
    RISK = "low"
    EFFORT = "low"
    RESTART_NEEDED = False
    DESTRUCTIVE = False
    IRREVERSIBLE_BECAUSE = None

    def __init__(self, world):
        self.world = world

    def service(self, params):
        return self.SERVICE

    def read(self, client, resource_id, params):
        self.world.visit("read", resource_id)
        live = self.world.resources.get(resource_id)
        return None if live is None else dict(live)

    def halfway(self, live, before, params):
        return False

    def act(self, client, resource_id, params, *, before, token):
        world = self.world
        with world.lock:
            world.acting[resource_id] += 1
            world.order.append(resource_id)
        world.visit("before", resource_id)
        result = self.do(resource_id, params, before, token)
        world.visit("after", resource_id)
        with world.lock:
            world.acting[resource_id] -= 1
        return result


class Stop(Fake):
    ID = "fake.stop"

    def after(self, before, params):
        return before | {"state": "stopped"}

    def do(self, resource_id, params, before, token):
        if self.world.resources[resource_id]["state"] != "stopped":
            self.world.effect(resource_id, state="stopped")
        return {}

    def inverse(self, resource_id, before, params, result):
        return Step(action="fake.start", resource_id=resource_id)


class Start(Fake):
    ID = "fake.start"

    def after(self, before, params):
        return before | {"state": "running"}

    def do(self, resource_id, params, before, token):
        if self.world.resources[resource_id]["state"] != "running":
            self.world.effect(resource_id, state="running")
        return {}

    def inverse(self, resource_id, before, params, result):
        return Step(action="fake.stop", resource_id=resource_id)


class Delete(Fake):
    ID = "fake.delete"
    RISK = "high"
    DESTRUCTIVE = True
    IRREVERSIBLE_BECAUSE = "what is deleted is gone"

    def after(self, before, params):
        return None

    def do(self, resource_id, params, before, token):
        if self.world.resources[resource_id] is not None:
            self.world.remove(resource_id)
        return {}

    def inverse(self, resource_id, before, params, result):
        return None


class Resize(Fake):
    """Three steps: stop, resize, start."""

    ID = "fake.resize"
    RISK = "medium"
    RESTART_NEEDED = True

    def after(self, before, params):
        return before | {"size": params["size"]}

    def halfway(self, live, before, params):
        return live.get("state") == "stopped" and live.get("size") in {before["size"], params["size"]}

    def do(self, resource_id, params, before, token):
        live = self.world.resources[resource_id]
        if live == self.after(before, params):
            return {}
        if live["size"] != params["size"]:
            if live["state"] != "stopped":
                self.world.effect(resource_id, state="stopped")
            self.world.visit("halfway", resource_id)
            self.world.effect(resource_id, size=params["size"])
        self.world.effect(resource_id, state=before["state"])
        return {}

    def inverse(self, resource_id, before, params, result):
        return Step(action="fake.resize", resource_id=resource_id, params={"size": before["size"]})


class SnapshotDelete(Delete):
    """Two steps; what the inverse needs is named by the token."""

    ID = "fake.snapshot_delete"
    IRREVERSIBLE_BECAUSE = None

    def do(self, resource_id, params, before, token):
        snapshot = f"snap-{token}"
        if snapshot not in self.world.resources:
            self.world.resources[snapshot] = {"of": resource_id}
            self.world.effects[snapshot] += 1
        self.world.visit("halfway", resource_id)
        super().do(resource_id, params, before, token)
        return {"snapshot_id": snapshot}

    def inverse(self, resource_id, before, params, result):
        made = result.get("snapshot_id")
        return Step(action="fake.start", resource_id=made) if made else None


def finding(resource_id, **overrides):
    params = overrides.pop("params", {})
    return FINDING | {"resource_id": resource_id, "params": json.dumps(params)} | overrides


def findings(*rows):
    return pl.DataFrame(list(rows), schema=FINDINGS)


def estate(*resource_ids):
    """A snapshot that lists 100 resources of each type in the account and region."""
    rows = [{"account_id": ACCOUNT, "region": REGION, "resource_id": str(n)} for n in range(100)]
    return lambda dataset: pl.LazyFrame(rows)


AS_OF = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def plan(ledger, world, rows, *, requester=None, run_id="run-1", now=NOW, entities=None, as_of=AS_OF):
    """What `plan_changes` makes of the findings."""
    return planning.plan_changes(
        ledger,
        findings(*rows),
        entities or estate(),
        domain="cost",
        snapshot_id="20261123T083000Z",
        as_of=as_of,
        clients=world.clients,
        requester=requester,
        dag_id="cost_sweep",
        run_id=run_id,
        now=now,
        action=world.action,
    )


def running(*ids):
    return {resource_id: {"state": "running", "size": "large"} for resource_id in ids}


def answer(who="ann", option="Approve", *, comment="looks right", leave_out=(), at=NOW):
    return signoff.Answer(
        option=option, comment=comment, leave_out=list(leave_out), user_id=who, user_name=who, at=at
    )

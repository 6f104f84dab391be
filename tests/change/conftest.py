from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from include.change import signoff
from include.change.apply import Applied, apply_plan
from include.core.changes import ChangePlan
from include.ledger import Ledger
from tests.change.world import NOW, World, answer, finding, plan, running

POLICY = """
approvers: {finops: [ann, ben]}
sign_off: {groups: [finops]}
waves: {canary: 1, batch: 5, pause_seconds: 0, stop_after_failures: 2}
limits: {max_fleet_min: 100000, cooldown_hours: 0, day: {max_changes: 100000, max_usd_month: 1.0e+9}}
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes `change.yaml`: the usual one with more lines, which win over it."""
    folder = tmp_path / "policies"
    folder.mkdir()
    monkeypatch.setenv("WATCHKEEPER_POLICIES", str(folder))

    def write(more: str = "", *, instead: str | None = None) -> None:
        kept = [
            line for line in POLICY.splitlines() if not any(_key(line) == _key(m) for m in more.splitlines())
        ]
        (folder / "change.yaml").write_text("\n".join(kept) + "\n" + more if instead is None else instead)

    write()
    return write


def _key(line: str) -> str | None:
    return line.partition(":")[0] if line and not line.startswith((" ", "-")) else None


@pytest.fixture
def world(policy: Callable[[str], None]) -> World:
    """Five running instances, and the usual policy."""
    return World(resources=running("i-1", "i-2", "i-3", "i-4", "i-5"))


@pytest.fixture
def stops(ledger: Ledger, world: World) -> ChangePlan:
    """A stored plan that stops all five, waiting for a sign-off."""
    return plan(ledger, world, [finding(i) for i in ("i-1", "i-2", "i-3", "i-4", "i-5")]).plans[0]


@pytest.fixture
def approved(ledger: Ledger, stops: ChangePlan) -> ChangePlan:
    """The same, signed off by ann."""
    signoff.record(ledger, stops.digest, answer(), now=NOW)
    return stops


@pytest.fixture
def carried(ledger: Ledger, world: World) -> Callable[..., Applied]:
    """Applies a plan in the test's world."""

    def apply(
        digest: str,
        *,
        worker: str = "w1",
        now: object = NOW,
        pause: object = None,
        readers: object = None,
        of: Ledger | None = None,
    ) -> Applied:
        clock = now if callable(now) else lambda: now
        return apply_plan(
            of or ledger,
            digest,
            world.clients,
            worker=worker,
            now=clock,
            pause=pause or (lambda seconds: None),
            readers=readers,
            action=world.action,
        )

    return apply


@pytest.fixture
def tamper(owner: Ledger) -> Callable[[str], None]:
    """Runs SQL as somebody who owns the database and has switched the triggers off."""

    def run(statement: str, **values: object) -> None:
        with owner.transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(statement), values)

    return run

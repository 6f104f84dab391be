"""A whole run that an alarm stops: what it changed is rolled back, and the run is red."""

import threading
from functools import partial
from types import SimpleNamespace

import pytest

from include.aws.act import action
from include.ledger import Ledger, views
from include.simulation.manifest import Place
from include.simulation.process import running
from include.simulation.stage import assumed
from tests.dags.conftest import _run_dag, without_capacity

pytestmark = pytest.mark.timeout(900)

PLACE = Place("222222222222", "eu-west-1")
TARGET = f"{PLACE.account_id}/{PLACE.region}"
WAVES = """
waves: {canary: 1, batch: 50, pause_seconds: 0, stop_after_failures: 1, alarm_watch_seconds: 300}
alarms:
- {name: checkout-5xx, account_id: "222222222222", region: eu-west-1, environment: [development, dev]}
- {name: unheard, account_id: "222222222222", region: us-east-1, environment: [nowhere]}
"""


@pytest.fixture(scope="module")
def shop(house, tmp_path_factory):
    """The house with an alarm in its policy, an estate and a lake of its own."""
    home = tmp_path_factory.mktemp("alarmed")
    policies = without_capacity(home)
    change = (policies / "change.yaml").read_text()
    (policies / "change.yaml").write_text(_without(change, "waves", "alarms") + WAVES)
    with running("--allow-all") as endpoint:
        env = house | {
            "AWS_ENDPOINT_URL": endpoint,
            "WATCHKEEPER_LAKE": str(home / "lake"),
            "WATCHKEEPER_POLICIES": str(policies),
        }
        session = assumed(endpoint, PLACE, "watchkeeper-seed")
        yield SimpleNamespace(
            run=partial(_run_dag, env),
            ledger=Ledger(env["WATCHKEEPER_LEDGER"]),
            client=partial(session.client, endpoint_url=endpoint),
        )


def _without(text, *keys):
    """YAML without these top-level fields."""
    kept, drop = [], False
    for line in text.splitlines():
        if line[:1] not in {" ", "#", "-", ""}:
            drop = line.partition(":")[0] in keys
        kept += [] if drop else [line]
    return "\n".join(kept)


def set_alarm(shop, state):
    cloudwatch = shop.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="checkout-5xx",
        Namespace="shop",
        MetricName="errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="checkout-5xx", StateValue=state, StateReason=f"errors {state}")


class Ringing(threading.Thread):
    """Sets the alarm as soon as the ledger says that something was applied."""

    def __init__(self, shop):
        super().__init__(daemon=True)
        self.shop, self.over = shop, threading.Event()

    def run(self):
        while not self.over.wait(0.2):
            if views.overview(self.shop.ledger).executions_by_state.get("applied"):
                set_alarm(self.shop, "ALARM")
                return

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def read(shop, change):
    doing = action(change.action)
    return doing.read(shop.client(doing.service(change.params)), change.resource_id, change.params)


def test_an_alarm_during_a_sweep_rolls_back_what_it_changed_and_the_run_is_red(shop):
    shop.run("collect_estate", {"targets": [TARGET]})
    set_alarm(shop, "OK")
    with Ringing(shop):
        done = shop.run(
            "cost_sweep",
            {"targets": [TARGET]},
            option="Approve",
            user="ann",
            comment="agreed, go ahead",
        )
    assert "checkout-5xx" in done["log"], done["log"][-3000:]
    assert done["tasks"]["settled[-1]"] == "failed"
    assert done["tasks"]["change.apply[0]"] == "success"

    found = views.plans_of_run(shop.ledger, "cost_sweep", done["run_id"])
    made = next(view for view in found if view.row.origin == "planned")
    (back,) = [view for view in found if view.row.origin == "auto_rollback"]
    assert "alarm.tripped" in {row.kind for row in made.journal}
    assert "verified" in {execution.state for execution in back.executions}
    assert made.state in {"rolled_back", "partly_applied"}
    for change, execution in zip(made.plan.changes, made.executions, strict=True):
        if execution.state == "rolled_back" and change.after is not None:
            assert read(shop, change) == change.before
        if execution.state in {"applied", "verified"}:
            assert "not rolled back: no way back" in execution.reason
    assert views.verify_journal(shop.ledger).ok

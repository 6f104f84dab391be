"""The plugin as Airflow mounts it, with Airflow's own login in front of it and a real ledger behind."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from fastapi import FastAPI
from starlette.testclient import TestClient

from include.core.changes import Change, ChangePlan, Step
from include.lake import Lake
from include.ledger import Ledger, journal
from include.ledger.models import ExecutionRecord, FreezeRecord, PlanRecord, SignOffRecord
from include.reports.capacity import CapacityReport
from include.reports.capacity import write as write_capacity
from include.reports.cost import write
from tests.conftest import ROOT
from tests.reports.capacity_examples import a_capacity_report
from tests.reports.examples import NOW, a_report

sys.path.append(str(ROOT / "plugins"))  # as Airflow does

HOSTILE = "<script>alert('x')</script>\"'&"


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """Airflow's side: the real login of SimpleAuthManager, and the plugin's app under its prefix.

    Only two look-ups in Airflow's metadata database are answered here: revoked tokens and teams, none.
    """
    import watchkeeper

    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "a key for tests, long enough for HS512: " + "0" * 64)
    for made in (SimpleAuthManager._get_token_signer, SimpleAuthManager._get_token_validator):
        made.cache_clear()  # type: ignore[attr-defined]
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", SimpleAuthManager())
    monkeypatch.setattr("airflow.models.revoked_token.RevokedToken.is_revoked", lambda jti: False)
    monkeypatch.setattr("airflow.models.dag.DagModel.get_team_name", lambda dag_id: None)
    app = FastAPI()
    for one in watchkeeper.WatchkeeperPlugin.fastapi_apps:
        app.mount(one["url_prefix"], one["app"])
    return app


@pytest.fixture
def anonymous(airflow: FastAPI) -> TestClient:
    return TestClient(airflow, raise_server_exceptions=False)


@pytest.fixture
def visit(airflow: FastAPI) -> Callable[..., TestClient]:
    """A browser in which `name` has logged in with `role`."""

    def logged_in(name: str = "ann", role: str | None = "op") -> TestClient:
        manager = airflow_app.get_auth_manager()
        token = manager.generate_jwt(SimpleAuthManagerUser(username=name, role=role and role.upper()))
        return TestClient(airflow, cookies={COOKIE_NAME_JWT_TOKEN: token}, raise_server_exceptions=False)

    return logged_in


@pytest.fixture
def home(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the environment points: an empty ledger and lake, no report, no Data Docs yet."""
    monkeypatch.setenv("WATCHKEEPER_LEDGER", postgres_url)
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("WATCHKEEPER_REPORTS", str(tmp_path / "reports"))
    monkeypatch.setenv("WATCHKEEPER_DATA_DOCS", str(tmp_path / "docs"))
    return tmp_path


@pytest.fixture
def report(home: Path) -> Path:
    """One report, written."""
    return write(home / "reports", a_report()).html


@pytest.fixture
def forecast(home: Path) -> CapacityReport:
    """One capacity forecast: what it left in the lake, and its report."""
    made = a_capacity_report()
    land_forecast(made)
    write_capacity(home / "reports", made)
    return made


def land_forecast(made: CapacityReport) -> None:
    """Leave in the lake what a run of capacity_forecast leaves there."""
    frames = {
        "outlooks": made.outlooks,
        "forecast_models": made.models,
        "forecast_scores": made.scores,
        "forecasts": made.forecasts.collect(),
        "daily_peaks": made.peaks.collect(),
    }
    for dataset, frame in frames.items():
        Lake.from_env().land(dataset, frame, snapshot_id=made.snapshot_id, as_of=made.as_of)


def a_change(**fields: Any) -> Change:
    """gp2 to gp3 on one volume, or as `fields` say."""
    return Change(**{
        "action": "ec2.modify_volume",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ebs_volumes",
        "resource_id": "vol-0a1b2c3d",
        "name": "shop-db-data",
        "environment": "production",
        "params": {"volume_type": "gp3", "iops": 3000, "throughput_mibps": 125},
        "before": {"volume_type": "gp2", "iops": 1500, "throughput_mibps": None, "size_gib": 500},
        "after": {"volume_type": "gp3", "iops": 3000, "throughput_mibps": 125, "size_gib": 500},
        "inverse": Step(
            action="ec2.modify_volume", resource_id="vol-0a1b2c3d", params={"volume_type": "gp2"}
        ),
        "check_id": "ebs_gp2_to_gp3",
        "reason": "gp2 of 500 GiB: gp3 gives the same IOPS for 20 % less.",
        "saving_usd_month": Decimal("11.00"),
        "price_source": "AWS price list",
        "price_date": "2026-11-01",
        "risk": "low",
        "effort": "very_low",
        "restart_needed": False,
        "destructive": False,
        "permissions": ("ec2:ModifyVolume", "ec2:DescribeVolumesModifications"),
        **fields,
    })


def an_irreversible_change(**fields: Any) -> Change:
    """A released address never comes back."""
    return a_change(**{
        "action": "ec2.release_address",
        "resource_type": "elastic_ips",
        "resource_id": "eipalloc-0f9e8d",
        "name": None,
        "environment": None,
        "params": {},
        "before": {"public_ip": "203.0.113.9", "association_id": None},
        "after": None,
        "inverse": None,
        "irreversible_because": "AWS may give the address to somebody else.",
        "check_id": "elastic_ip_unassociated",
        "reason": "Not associated with anything.",
        "saving_usd_month": None,
        "price_source": None,
        "price_date": None,
        "risk": "medium",
        "effort": "low",
        "destructive": True,
        "permissions": ("ec2:ReleaseAddress",),
        **fields,
    })


def a_plan(*changes: Change, **fields: Any) -> ChangePlan:
    return ChangePlan(**{
        "domain": "cost",
        "level": "sign_off",
        "snapshot_id": "20261122T213000Z-4f1a",
        "as_of": NOW,
        "requester": None,
        "policy_version": "c0ffee" * 10,
        "changes": changes or (a_change(), an_irreversible_change()),
        **fields,
    })


def store(
    ledger: Ledger,
    plan: ChangePlan,
    *,
    state: str = "awaiting_sign_off",
    dag_id: str = "cost_sweep",
    content: str | None = None,
    executions: dict[str, dict[str, Any]] | None = None,
    sign_off: dict[str, Any] | None = None,
    origin: str = "planned",
) -> str:
    """Put `plan` into the ledger as planning would; `content` other than its own is tampering."""
    with ledger.transaction() as session:
        session.add(
            PlanRecord(
                **plan.model_dump(
                    include={"domain", "level", "requester", "policy_version", "parent_digest"}
                ),
                digest=plan.digest,
                content=content or plan.content,
                origin=origin,
                dag_id=dag_id,
                run_id="asset_triggered__2026-11-22T21:40:00+00:00",
                created_at=NOW,
                state=state,
                change_count=len(plan.changes),
                saving_usd_month=plan.saving_usd_month,
                unpriced=plan.unpriced,
            )
        )
        session.flush()
        for position, change in enumerate(plan.changes):
            known = {"state": "planned", "attempts": 0, **(executions or {}).get(change.change_id, {})}
            saving = change.saving_usd_month
            session.add(
                ExecutionRecord(
                    digest=plan.digest,
                    change_id=change.change_id,
                    position=position,
                    account_id=change.account_id,
                    region=change.region,
                    resource_type=change.resource_type,
                    resource_id=change.resource_id,
                    saving_usd_month=saving,
                    **known,
                )
            )
        if sign_off is not None:
            session.add(SignOffRecord(**_approval(plan) | sign_off))
        entry = journal.Entry(
            "plan.created", plan.digest, {"level": plan.level, "changes": len(plan.changes)}
        )
        journal.append(session, [entry], at=NOW)
    return plan.digest


def _approval(plan: ChangePlan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "result_digest": plan.digest,
        "option": "Approve",
        "approver": "ann",
        "user_id": "ann",
        "user_name": "ann",
        "comment": "Agreed with the shop team.",
        "left_out": [],
        "at": NOW,
        "recorded_at": NOW,
        "expires_at": NOW,
        "policy_version": plan.policy_version,
    }


def freeze(ledger: Ledger, reason: str) -> None:
    with ledger.transaction() as session:
        session.add(
            FreezeRecord(reason=reason, owner="ben", set_at=NOW, expires_at=datetime(2999, 1, 1, tzinfo=UTC))
        )

"""Nobody sees anything without Airflow's login and permission, and nothing can be changed from here."""

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from starlette.testclient import TestClient

from include.ledger.models import Base
from tests.pages.conftest import a_plan, store
from tests.reports.capacity_examples import a_capacity_report
from tests.reports.examples import a_report

SECRETS = ("shop-db-data", "vol-0a1b2c3d", "shop-production", "98.93", "AccessDenied", "shop database")
SNAPSHOT = a_report().snapshot_id
REPORT = f"/reports/cost_sweep/{SNAPSHOT}"
FORECAST = f"/reports/capacity_forecast/{a_capacity_report().snapshot_id}"
CAPACITY = [
    "/capacity", "/capacity/?status=FAIL",
    "/capacity/series?account=111111111111&region=eu-west-1&type=rds_instances&id=shop-db&kind=rds_storage",
    f"{FORECAST}/report.html", f"{FORECAST}/outlooks.csv", f"{FORECAST}/outlooks.parquet",
]  # fmt: skip
PATHS = [
    "/", "/plans", f"/plans/{a_plan().digest}", "/reports", "/reports/", f"{REPORT}/report.html",
    f"{REPORT}/findings.csv", "/journal", "/journal.jsonl", "/data-docs/", "/data-docs/index.html", *CAPACITY,
]  # fmt: skip


@pytest.fixture
def estate(home, ledger, report, forecast):
    store(ledger, a_plan())
    (home / "docs").mkdir()
    (home / "docs" / "index.html").write_text("<p>shop-db-data</p>")


def holds_nothing(response):
    return not any(secret in response.text for secret in SECRETS)


@pytest.mark.parametrize("path", PATHS)
def test_the_anonymous_get_no_content(estate, anonymous, path):
    response = anonymous.get("/watchkeeper" + path)
    assert response.status_code == 401
    assert holds_nothing(response)
    assert "/auth/login?next=http%3A%2F%2Ftestserver%2Fwatchkeeper" in response.text


@pytest.mark.parametrize("path", PATHS)
def test_a_user_without_a_role_gets_no_content(estate, visit, path):
    response = visit("eve", role=None).get("/watchkeeper" + path)
    assert response.status_code == 403
    assert holds_nothing(response)


@pytest.mark.parametrize("path", PATHS)
def test_a_forged_login_gets_no_content(estate, airflow, path):
    client = TestClient(airflow, cookies={COOKIE_NAME_JWT_TOKEN: "forged"}, raise_server_exceptions=False)
    response = client.get("/watchkeeper" + path)
    assert response.status_code in {401, 403}
    assert holds_nothing(response)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", ["viewer", "op", "admin"])
def test_whoever_may_read_the_sweep_sees_the_pages(estate, visit, path, role):
    assert visit("vic", role).get("/watchkeeper" + path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_bearer_token_is_as_good_as_the_cookie(estate, visit, anonymous, path):
    token = visit().cookies[COOKIE_NAME_JWT_TOKEN]
    headers = {"Authorization": f"Bearer {token}"}
    assert anonymous.get("/watchkeeper" + path, headers=headers).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed_here(estate, visit, path, method):
    assert visit("admin", "admin").request(method, "/watchkeeper" + path).status_code == 405


def everything(ledger, home):
    """What there is: every row of the ledger, every file below the house."""
    with ledger.transaction() as session:
        rows = {
            name: session.execute(table.select().order_by(*table.primary_key)).all()
            for name, table in Base.metadata.tables.items()
        }
    return rows, {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("role", [None, "viewer", "op", "admin"])
def test_looking_at_every_page_changes_nothing(estate, ledger, home, visit, role):
    before = everything(ledger, home)
    client = visit("someone", role)
    for path in [*PATHS, "/journal?before=1", "/plans/00000000", "/nothing"]:
        client.get("/watchkeeper" + path)
        client.head("/watchkeeper" + path)
    assert everything(ledger, home) == before
    assert before[0]["plans"], "an empty house proves nothing"


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc", "/nothing"])
def test_there_is_no_description_of_the_api_for_anybody(home, anonymous, path):
    assert anonymous.get("/watchkeeper" + path).status_code == 404


class OnlyTheSweep(SimpleAuthManager):
    """Permissions per DAG, as FAB has them: cost_sweep may be read, nothing else."""

    def is_authorized_dag(self, *, method, user, access_entity=None, details=None):
        return method == "GET" and details.id == "cost_sweep"


def test_plans_and_reports_of_another_dag_need_that_dag_too(home, ledger, visit, monkeypatch):
    from include.reports.cost import write

    client = visit()
    foreign = a_plan(snapshot_id="other")
    store(ledger, foreign, dag_id="other_dag")
    store(ledger, a_plan())
    write(home / "reports", a_report(dag_id="other_dag", snapshot_id="20261201T000000Z"))
    foreign_report = "/watchkeeper/reports/other_dag/20261201T000000Z/report.html"
    assert client.get(f"/watchkeeper/plans/{foreign.digest}").status_code == 200
    assert client.get(foreign_report).status_code == 200

    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", OnlyTheSweep())
    assert client.get(f"/watchkeeper/plans/{foreign.digest}").status_code == 404
    assert client.get(foreign_report).status_code == 404
    for path in ("/", "/plans", "/reports"):
        page = client.get("/watchkeeper" + path)
        assert page.status_code == 200
        assert foreign.digest[:12] not in page.text
        assert "20261201T000000Z" not in page.text
    assert a_plan().digest[:12] in client.get("/watchkeeper/plans").text


def test_what_runs_out_needs_the_dag_that_forecasts_it(estate, visit, monkeypatch):
    client = visit()
    assert "shop database" in client.get("/watchkeeper/").text
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", OnlyTheSweep())
    for path in CAPACITY:
        response = client.get("/watchkeeper" + path)
        assert response.status_code == (403 if path.startswith("/capacity") else 404)
        assert "shop database" not in response.text
    for path in ("/", "/reports"):
        page = client.get("/watchkeeper" + path)
        assert page.status_code == 200
        assert "shop database" not in page.text
        assert "capacity_forecast" not in page.text


@pytest.mark.parametrize("path", [*PATHS, "/plans/00000000", "/nothing"])
def test_every_answer_is_private_typed_and_framed_by_airflow_only(estate, visit, path):
    response = visit().get("/watchkeeper" + path)
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert response.headers["permissions-policy"] == "camera=(), geolocation=(), microphone=()"
    if "text/html" in response.headers["content-type"]:
        assert "frame-ancestors 'self'" in policy
        assert "base-uri 'none'" in policy
        asks = path.startswith("/capacity")  # the list is narrowed by a form, sent to this server by GET
        assert f"form-action '{'self' if asks else 'none'}'" in policy
    if "report.html" not in path:
        assert "script-src 'unsafe-inline'" not in policy

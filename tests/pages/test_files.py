"""Report files and Data Docs: served as what they are, from their folder and nowhere else."""

import pytest

from include.reports import folders
from include.reports.capacity import write
from tests.reports.capacity_examples import a_capacity_report
from tests.reports.examples import a_report

REPORT = f"/watchkeeper/reports/cost_sweep/{a_report().snapshot_id}"


@pytest.fixture
def ann(home, report, visit):
    (home / "secret.txt").write_text("secret")
    docs = home / "docs" / "validations"
    docs.mkdir(parents=True)
    (home / "docs" / "index.html").write_text("<p>all sound</p><script>alert(1)</script>")
    (docs / "ebs.html").write_text("<p>ebs_volumes</p>")
    (docs / "style.css").write_text("p { color: red }")
    (home / "docs" / "out").symlink_to(home)
    return visit("ann")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("report.html", "text/html; charset=utf-8"),
        ("findings.csv", "text/csv; charset=utf-8"),
        ("findings.parquet", "application/vnd.apache.parquet"),
        ("report.json", "application/json"),
    ],
)
def test_a_file_is_served_as_it_was_written(ann, report, name, kind):
    response = ann.get(f"{REPORT}/{name}")
    assert response.status_code == 200
    assert response.content == (report.parent / name).read_bytes()
    assert response.headers["content-type"] == kind
    downloads = 'attachment; filename="cost_sweep-20261122T213000Z-4f1a-' + name + '"'
    assert response.headers.get("content-disposition") == (None if name == "report.html" else downloads)


def test_the_report_may_run_only_what_is_inline(ann):
    policy = ann.get(f"{REPORT}/report.html").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'self'",
        "style-src": "'unsafe-inline'", "script-src": "'unsafe-inline'", "img-src": "data:",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        f"{REPORT}/secret.txt", f"{REPORT}/..%2f..%2f..%2fsecret.txt", f"{REPORT}/%2e%2e/secret.txt",
        "/watchkeeper/reports/..%2f../x/report.html", "/watchkeeper/reports/%2e%2e/%2e%2e/secret.txt",
        "/watchkeeper/reports/cost_sweep/missing/report.html", f"{REPORT}/report.html%00.txt",
        "/watchkeeper/reports/%2fetc/x/passwd", f"{REPORT}/", "/watchkeeper/reports/cost_sweep",
        "/watchkeeper/data-docs/..%2fsecret.txt", "/watchkeeper/data-docs/%2e%2e/secret.txt",
        "/watchkeeper/data-docs/out/secret.txt", "/watchkeeper/data-docs//etc/passwd",
        "/watchkeeper/data-docs/%2fetc%2fpasswd", "/watchkeeper/data-docs/a%00b",
        "/watchkeeper/data-docs/missing.html", "/watchkeeper/data-docs/validations",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(ann, path):
    response = ann.get(path)
    assert response.status_code == 404
    assert "secret" not in response.text.replace("secret.txt", "")
    assert "root:" not in response.text


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("", "all sound", "text/html"),
        ("index.html", "all sound", "text/html"),
        ("validations/ebs.html", "ebs_volumes", "text/html"),
        ("validations/style.css", "color", "text/css"),
    ],
)
def test_data_docs_are_shown_and_run_no_script(ann, path, content, kind):
    response = ann.get(f"/watchkeeper/data-docs/{path}")
    assert content in response.text
    assert response.headers["content-type"].startswith(kind)
    assert "script-src" not in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_data_docs_that_are_not_there_yet_are_said_not_to_be(home, visit):
    response = visit().get("/watchkeeper/data-docs/")
    assert response.status_code == 404
    assert "No Data Docs yet" in response.text


def test_a_setting_that_is_missing_is_named(ann, monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_DATA_DOCS")
    response = ann.get("/watchkeeper/data-docs/")
    assert response.status_code == 503
    assert "WATCHKEEPER_DATA_DOCS" in response.text


def test_the_list_links_to_every_file_of_every_report(ann, home, report):
    capacity = write(home / "reports", a_capacity_report())
    page = ann.get("/watchkeeper/reports").text
    for path in [*report.parent.iterdir(), *capacity.html.parent.iterdir()]:
        assert path.name in folders.FILES
        assert f'href="/watchkeeper/reports/{path.relative_to(home / "reports")}"' in page
    assert "2 plans due" in page

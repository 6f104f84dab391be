"""Where reports are, and that no name leads anywhere else."""

import pytest

from include.core.errors import WatchkeeperError
from include.reports import folders
from include.reports.cost import write
from tests.reports.examples import a_report

DAG, SNAPSHOT = "cost_sweep", "20261122T213000Z-4f1a"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHKEEPER_REPORTS": "/r", "WATCHKEEPER_LAKE": "/x/lake"}, "/r"),
        ({"WATCHKEEPER_LAKE": "/x/lake"}, "/x/reports"),
    ],
    ids=["told", "beside the lake"],
)
def test_the_root_is_the_one_told_or_beside_the_lake(environment, expected, monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_REPORTS", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(folders.root()) == expected


@pytest.mark.parametrize("lake", ["", "s3://bucket/lake"])
def test_a_lake_that_is_no_folder_needs_a_folder_for_reports(lake, monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_REPORTS", raising=False)
    monkeypatch.setenv("WATCHKEEPER_LAKE", lake)
    with pytest.raises(WatchkeeperError, match="Set WATCHKEEPER_REPORTS"):
        folders.root()


def test_a_report_is_found_by_its_names(tmp_path):
    written = write(tmp_path, a_report())
    for path in written:
        assert folders.find(tmp_path, DAG, SNAPSHOT, path.name) == path.resolve()
    assert written.html == tmp_path / DAG / SNAPSHOT / "report.html"


@pytest.mark.parametrize(
    "names",
    [
        (DAG, SNAPSHOT, "secret.txt"),
        (DAG, SNAPSHOT, "../../secret.txt"),
        (DAG, "..", "secret.txt"),
        ("..", "..", "report.html"),
        (DAG, f"../{DAG}/{SNAPSHOT}", "report.html"),
        (DAG, SNAPSHOT + "\0", "report.html"),
        ("", "", "report.html"),
        ("/etc", SNAPSHOT, "report.html"),
        (DAG, "linked", "report.html"),
        (DAG, SNAPSHOT, ".report.html-x"),
        (DAG, "missing", "report.html"),
    ],
)
def test_no_name_leads_to_another_file(tmp_path, names):
    root = tmp_path / "reports"
    written = write(root, a_report())
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "report.html").write_text("secret")
    (written.html.parent / "secret.txt").write_text("secret")
    (root / DAG / "linked").symlink_to(tmp_path / "elsewhere")
    assert folders.find(root, *names) is None


@pytest.mark.parametrize("name", ["..", "a/b", "", ".hidden", "a\\b", "a\0", "ä", "x" * 300, "a..b"])
def test_a_report_with_a_name_that_leads_elsewhere_is_not_written(tmp_path, name):
    with pytest.raises(WatchkeeperError, match="cannot name a folder"):
        write(tmp_path / "reports", a_report(snapshot_id=name))
    assert list(tmp_path.rglob("*.html")) == []


def test_reports_are_listed_newest_data_first_once_they_are_whole(tmp_path):
    for snapshot in ("20261120T000000Z", "20261122T000000Z", "20261121T000000Z"):
        write(tmp_path, a_report(snapshot_id=snapshot))
    unfinished = tmp_path / DAG / "20261123T000000Z"
    unfinished.mkdir()
    (unfinished / "report.html").write_text("half of it")
    listed = [one["snapshot_id"] for one in folders.reports(tmp_path)]
    assert listed == ["20261122T000000Z", "20261121T000000Z", "20261120T000000Z"]
    assert len(folders.reports(tmp_path, limit=2)) == 2
    assert folders.reports(tmp_path / "missing") == []


def test_the_list_says_what_the_report_says(tmp_path):
    write(tmp_path, a_report())
    (listed,) = folders.reports(tmp_path)
    assert listed["saving"] == {
        "name": "All",
        "saving_usd_month": pytest.approx(98.93),
        "findings": 6,
        "overlapping": 1,
        "unpriced": 1,
    }
    assert listed["verdicts"] == {"FAIL": 6, "UNKNOWN": 1}
    assert [gap["code"] for gap in listed["gaps"]] == ["AccessDenied"]
    assert listed["plans"][0]["saving_usd_month"] == 10.0


def test_writing_again_replaces_and_leaves_nothing_else(tmp_path):
    first = write(tmp_path, a_report())
    again = write(tmp_path, a_report(resources=7))
    assert again == first
    assert set(again.html.parent.iterdir()) == set(again)
    assert {path.name for path in again} <= set(folders.FILES)
    assert folders.reports(tmp_path)[0]["resources"] == 7

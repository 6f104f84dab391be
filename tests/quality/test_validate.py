"""A whole snapshot in one call: only what is bad is stopped, and the Data Docs work without the internet."""

import logging
import re
import subprocess
import sys
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from include.core import datasets
from include.quality import validate_snapshot
from tests.conftest import ROOT
from tests.quality.conftest import AS_OF, SNAPSHOT, points, rows

HOSTILE = "vol-<script>alert(1)</script>"


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.DataFrame]:
    """A believable estate with one corrupt volume."""
    sound = {dataset: rows(dataset, {}, {}) for dataset in datasets.names()}
    corrupt = rows("ebs_volumes", {}, {"size_gib": -1, "resource_id": HOSTILE})
    wrong_type = rows("amis", {}).with_columns(public=pl.lit("yes"))
    return sound | {"ebs_volumes": corrupt, "amis": wrong_type, "metrics": points(1.0, 2.0)}


@pytest.fixture(scope="module")
def docs(frames, tmp_path_factory) -> Path:
    """The Data Docs of two snapshots."""
    folder = tmp_path_factory.mktemp("data-docs")
    for snapshot_id, as_of in (("20261115T050000Z-0000", AS_OF - timedelta(days=1)), (SNAPSHOT, AS_OF)):
        validate_snapshot(frames, snapshot_id=snapshot_id, as_of=as_of, docs_folder=folder)
    return folder


def test_only_the_corrupt_dataset_is_stopped(frames, tmp_path, caplog):
    caplog.set_level(logging.INFO, "watchkeeper")
    verdicts = validate_snapshot(frames, snapshot_id=SNAPSHOT, as_of=AS_OF, docs_folder=tmp_path)
    assert {dataset for dataset, verdict in verdicts.items() if not verdict.ok} == {"ebs_volumes", "amis"}
    assert set(verdicts) == set(frames)
    assert f"quality: {len(frames)} datasets judged, refused: amis, ebs_volumes" in caplog.messages
    (failure,) = verdicts["ebs_volumes"].failures
    assert failure.rows == (f"111111111111/eu-west-1/{HOSTILE}",)


def test_a_retry_replaces_the_pages_of_its_snapshot(frames, docs):
    before = sorted(docs.rglob("*.html"))
    validate_snapshot(frames, snapshot_id=SNAPSHOT, as_of=AS_OF, docs_folder=docs)
    assert sorted(docs.rglob("*.html")) == before


def test_the_pages_of_old_snapshots_are_deleted(frames, tmp_path, monkeypatch):
    monkeypatch.setattr("include.quality._docs.KEPT", 2)
    for number in (1, 2, 3):
        one = {"s3_buckets": frames["s3_buckets"]}
        validate_snapshot(one, snapshot_id=f"s{number}", as_of=AS_OF, docs_folder=tmp_path)
    assert sorted(page.name for page in tmp_path.glob("snapshot-*")) == [
        "snapshot-s2.html",
        "snapshot-s3.html",
    ]
    assert sorted(page.name for page in tmp_path.glob("validations/s3_buckets/*")) == [
        "snapshot_s2",
        "snapshot_s3",
    ]


def test_a_snapshot_whose_name_looks_like_a_time_of_no_zone_has_its_pages(frames, tmp_path, caplog):
    one = {"s3_buckets": frames["s3_buckets"]}
    validate_snapshot(one, snapshot_id="20261126T170932Z-4543", as_of=AS_OF, docs_folder=tmp_path)
    (page,) = tmp_path.glob("validations/s3_buckets/*/*/*.html")
    assert "20261126T170932Z-4543" in page.read_text()
    assert "exception" not in caplog.text.lower()


class _Links(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_the_index_shows_every_dataset_and_what_failed(docs, frames):
    index = (docs / "index.html").read_text(encoding="utf-8")
    assert all(f">{dataset}<" in index for dataset in frames)
    assert SNAPSHOT in index
    assert index.count('class="refused"') == 2
    assert "size_gib: expected at least 1 and at most 65536; got -1 in" in index
    assert "20261115T050000Z-0000" in index


def test_every_link_of_the_index_leads_to_a_page(docs):
    for page in (docs / "index.html", docs / "snapshot-20261115T050000Z-0000.html"):
        links = _Links(page).found
        assert sum(link.startswith("validations/") for link in links) == len(datasets.names())
        assert [link for link in links if not (docs / link).is_file()] == []


def test_no_page_runs_a_script_or_loads_anything_from_elsewhere(docs):
    pages = list(docs.rglob("*.html"))
    assert len(pages) > 2 * len(datasets.names())
    for page in pages:
        links = _Links(page)
        assert links.scripts == 0, page
        assert [link for link in links.found if re.match(r"(https?:)?//", link)] == [], page
        assert "watchkeeper.css" in page.read_text(encoding="utf-8"), page


def test_what_the_estate_says_of_itself_is_quoted_and_never_markup(docs):
    assert HOSTILE not in "".join(page.read_text(encoding="utf-8") for page in docs.rglob("*.html"))


def test_the_page_of_a_dataset_names_the_row_and_the_value(docs):
    (page,) = docs.glob(f"validations/ebs_volumes/snapshot_{SNAPSHOT}/*/*.html")
    text = page.read_text(encoding="utf-8")
    assert "-1" in text
    assert "size_gib" in text


IMPORTS = """
import sys
import include.quality, include.lake
heavy = {"great_expectations", "pandas"} & set(sys.modules)
assert not heavy, heavy
"""


def test_great_expectations_is_loaded_only_where_a_snapshot_is_validated():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


QUIET = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from include.core import datasets
from include.quality import validate_snapshot
frames = {name: datasets.schema(name).to_frame() for name in datasets.names()[:3]}
as_of = datetime(2026, 11, 16, tzinfo=UTC)
validate_snapshot(frames, snapshot_id="s1", as_of=as_of, docs_folder=Path(sys.argv[1]))
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
"""


def test_it_draws_no_progress_bars_and_raises_no_warnings(tmp_path):
    known = "ignore:module 'sre_:DeprecationWarning"  # sre_constants and sre_parse, which it imports
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", known, "-c", QUIET, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

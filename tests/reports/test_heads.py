"""The journal's head in each report: written whole, read back, and missed when it is not there."""

import pytest

from include.core.heads import Head
from include.reports import heads
from include.reports.cost import write
from tests.reports.examples import a_report

HEAD = "9f2c" * 16


def test_a_report_publishes_row_and_whole_hash_for_people_and_programs(tmp_path):
    files = write(tmp_path, a_report(journal_seq=42, journal_head=HEAD))
    assert f'entry 42, head <code class="hash">{HEAD}</code>' in files.html.read_text()
    where = f"report {'/'.join(files.json.parts[-3:-1])}"
    assert heads.published(tmp_path) == ([Head(42, HEAD, where)], [])


@pytest.mark.parametrize(
    "content", ["{}", "", "[]", '{"journal": null}', '{"journal": {"seq": null, "head": null}}', "\x00"]
)
def test_a_report_that_tells_no_head_is_named(tmp_path, content):
    files = write(tmp_path, a_report(journal_seq=42, journal_head=HEAD))
    files.json.write_text(content)
    found, problems = heads.published(tmp_path)
    assert found == []
    assert "holds no head of the journal" in problems[0]


def test_no_reports_publish_no_heads(tmp_path):
    assert heads.published(tmp_path / "none") == ([], [])

"""What the tasks of `verify_journal` do, with a real ledger and a bucket on a moto server."""

import json

import boto3
import pytest
import yaml
from moto.server import ThreadedMotoServer
from sqlalchemy import text

from include.core.errors import HeadsUnreachable, JournalBroken, PolicyError
from include.core.heads import Head
from include.flows import journaling
from include.ledger import Ledger, freezes, views, watch
from include.reports.cost import write
from tests.reports.examples import NOW, a_report

BUCKET = "heads"


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


@pytest.fixture(autouse=True)
def house(ledger, tmp_path, endpoint, monkeypatch):
    """A ledger with three rows, no report, no bucket in policy."""
    monkeypatch.setenv("WATCHKEEPER_LEDGER", ledger.url)
    monkeypatch.setenv("WATCHKEEPER_REPORTS", str(tmp_path / "reports"))
    monkeypatch.setenv("WATCHKEEPER_POLICIES", str(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AIRFLOW_CONN_WATCHKEEPER_READ", json.dumps({"conn_type": "aws"}))
    for n in range(3):
        freezes.set_freeze(ledger, reason=f"r{n}", owner="ann", now=NOW, expires_at=NOW.replace(year=2027))
    return tmp_path


@pytest.fixture
def configured(house, endpoint):
    """`journal.yaml` names a bucket, which is there and has Object Lock."""
    s3 = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint)
    name = f"{BUCKET}-{house.name.replace('_', '-')}"[-60:].strip("-")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    configure(house, bucket=name)
    return name


def configure(folder, **changed):
    place = {
        "bucket": "nowhere-at-all",
        "region": "us-east-1",
        "role": "arn:aws:iam::333333333333:role/watchkeeper-journal",
        "mode": "GOVERNANCE",
        "retention_days": 400,
    }
    (folder / "journal.yaml").write_text(yaml.safe_dump({"publish_to": place | changed}))


def rewritten(owner: Ledger, keep: int):
    """The database's owner cuts the newest rows off."""
    with owner.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("DELETE FROM journal WHERE seq > :keep"), {"keep": keep})


def test_a_whole_journal_is_proved_and_the_verdict_is_journaled(ledger):
    proof = journaling.verify()
    assert (proof["rows"], proof["heads_of_reports"], proof["heads_of_bucket"]) == (3, 0, None)
    noted = watch.last(ledger, "journal.verified", "journal.broken")
    assert (noted.kind, noted.body["problems"]) == ("journal.verified", [])


def test_an_edited_row_is_named_and_the_verdict_is_journaled(ledger, owner):
    with owner.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE journal SET body = '{}' WHERE seq = 2"))
    with pytest.raises(JournalBroken, match="broken at row 2: row 2 was edited"):
        journaling.verify()
    assert watch.last(ledger, "journal.verified", "journal.broken").kind == "journal.broken"


def test_a_cut_tail_is_caught_by_a_reports_head(ledger, owner, house):
    proof = views.verify_journal(ledger)
    write(house / "reports", a_report(journal_seq=proof.rows, journal_head=proof.head))
    assert journaling.verify()["heads_of_reports"] == 1
    rewritten(owner, keep=2)
    with pytest.raises(JournalBroken, match=r"broken at row 3: row 3 .*\(report cost_sweep/"):
        journaling.verify()


def test_a_cut_tail_is_caught_by_the_buckets_head(owner, configured):
    journaling.publish_proven(journaling.verify())
    rewritten(owner, keep=2)
    with pytest.raises(
        JournalBroken, match=rf"broken at row 3: row 3 .*\(s3://{configured}/watchkeeper/heads/"
    ):
        journaling.verify()


def test_a_published_head_is_read_back_and_both_are_journaled(ledger, configured):
    address = journaling.publish_proven(journaling.verify())
    assert address.startswith(f"s3://{configured}/watchkeeper/heads/000000000003-")
    told = watch.last(ledger, "journal.published").body
    assert (told["seq"], told["mode"], told["retention_days"]) == (3, "GOVERNANCE", 400)
    assert journaling.verify()["heads_of_bucket"] == 1


def test_without_a_bucket_in_policy_nothing_is_published_or_journaled(ledger):
    assert journaling.publish(Head(3, "f" * 64, "test")) is None
    assert watch.last(ledger, "journal.published", "journal.not_published") is None


def test_a_missing_bucket_fails_both_ways_and_is_journaled(ledger, house):
    configure(house)
    with pytest.raises(HeadsUnreachable, match="head 3 is not published: bucket nowhere-at-all"):
        journaling.publish(Head(3, "f" * 64, "report x/y"))
    told = watch.last(ledger, "journal.published", "journal.not_published")
    assert (told.kind, told.body["from"]) == ("journal.not_published", "report x/y")
    with pytest.raises(JournalBroken, match="published heads cannot be read: bucket nowhere-at-all"):
        journaling.verify()


def test_a_broken_policy_is_no_reason_to_publish_nothing(house):
    (house / "journal.yaml").write_text("publish_to: {bucket: heads}")
    with pytest.raises(PolicyError, match=r"journal\.yaml:1: publish_to\.region"):
        journaling.publish(Head(3, "f" * 64, "test"))
    with pytest.raises(JournalBroken, match=r"journal\.yaml:1"):
        journaling.verify()


def test_an_application_with_too_many_rights_is_red(owner, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_LEDGER", owner.url)
    with pytest.raises(JournalBroken, match="which is a superuser"):
        journaling.verify()


def test_a_damaged_report_is_red(house):
    files = write(house / "reports", a_report(journal_seq=1, journal_head="f" * 64))
    files.json.write_text("{}")
    with pytest.raises(JournalBroken, match="holds no head of the journal"):
        journaling.verify()

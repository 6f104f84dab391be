"""Proving the journal and publishing its head: what `verify_journal` does, and every report as well."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from include.flows.logs import table

if TYPE_CHECKING:
    from include.core.heads import Head
    from include.policies.journal import HeadBucket


class Proof(TypedDict):
    """What was proved: `rows` up to `head`, and with how many published heads it was compared."""

    rows: int
    head: str
    heads_of_reports: int
    heads_of_bucket: int | None
    """None: `journal.yaml` names no bucket."""


def verify() -> Proof:
    """Prove the whole journal against the heads of reports and bucket, and the database's own safeguards.

    The verdict is journaled. JournalBroken names the first bad row, and whatever else is wrong.
    """
    from include.core.errors import JournalBroken
    from include.ledger import Ledger, rights, views, watch
    from include.reports import folders, heads

    ledger = Ledger.from_env()
    reported, problems = heads.published(folders.root())
    locked, unread = _of_bucket()
    found = views.verify_journal(ledger, [*reported, *(locked or ())])
    problems += unread + rights.problems(ledger)
    if not found.ok:
        problems.insert(0, f"the chain is broken at row {found.first_bad}: {found.reason}")
    proof = Proof(
        rows=found.rows,
        head=found.head,
        heads_of_reports=len(reported),
        heads_of_bucket=None if locked is None else len(locked),
    )
    table("journal", ("rows", "head", "heads of reports", "heads of bucket"), [tuple(proof.values())])
    table("problems", ("what",), [(one,) for one in problems])
    kind: watch.Kind = "journal.broken" if problems else "journal.verified"
    watch.note(ledger, kind, {**proof, "problems": problems}, now=datetime.now(UTC))
    if problems:
        raise JournalBroken("; ".join(problems))
    return proof


def publish(head: "Head") -> str | None:
    """Put a head into the bucket of `journal.yaml`; its address, or None when the file names no bucket.

    Success and failure are journaled. HeadsUnreachable, TargetUnreachable: it is not there.
    """
    from include.aws import journal_heads
    from include.core.errors import HeadsUnreachable, TargetUnreachable
    from include.ledger import Ledger, watch
    from include.policies.journal import journal_policy

    place = journal_policy().publish_to
    if place is None:
        table("head", ("row", "hash", "published"), [(head.seq, head.hash, "in reports; no bucket is set")])
        return None
    ledger, now = Ledger.from_env(), datetime.now(UTC)
    told = {"seq": head.seq, "hash": head.hash, "bucket": place.bucket, "from": head.where}
    try:
        address = journal_heads.publish(
            _s3(place),
            place.bucket,
            place.prefix,
            head,
            mode=place.mode,
            retention_days=place.retention_days,
            now=now,
        )
    except (HeadsUnreachable, TargetUnreachable) as error:
        watch.note(ledger, "journal.not_published", told | {"why": str(error)}, now=now)
        raise
    kept = {"mode": place.mode, "retention_days": place.retention_days}
    watch.note(ledger, "journal.published", told | kept, now=now)
    table("head", ("row", "hash", "published"), [(head.seq, head.hash, address)])
    return address


def publish_proven(proof: Proof) -> str | None:
    """`publish` the head that was just proved."""
    from include.core.heads import Head

    return publish(Head(proof["rows"], proof["head"], "verify_journal"))


def _of_bucket() -> "tuple[list[Head] | None, list[str]]":
    """The bucket's heads, and why they are not known; None: no bucket is set."""
    from include.aws import journal_heads
    from include.core.errors import HeadsUnreachable, PolicyError, TargetUnreachable
    from include.policies.journal import journal_policy

    try:
        place = journal_policy().publish_to
        if place is None:
            return None, []
        return journal_heads.published(_s3(place), place.bucket, place.prefix), []
    except (HeadsUnreachable, TargetUnreachable, PolicyError) as error:
        return [], [str(error)]


def _s3(place: "HeadBucket") -> Any:
    """S3 in the role of `journal.yaml`, reached from the connection `watchkeeper_read`."""
    from include.aws.sessions import client
    from include.flows.sessions import in_role

    session = in_role("read", place.role, place.region, place.external_id, name="watchkeeper-journal")
    return client(session, "s3", place.region)

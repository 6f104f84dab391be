"""Exemptions in force: which findings they cover, and which of them do not count, and why.

An exemption changes no verdict silently: what it covers stays in the findings as EXEMPT with its reason, is
counted, reported and journaled. UNKNOWN stays UNKNOWN: what was not judged cannot be accepted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from include.change.text import plain
from include.core.changes import Change
from include.core.findings import EXEMPTIONS, Status
from include.policies.change import ChangePolicy
from include.policies.exemptions import Exemption, Subject

PLACE = ["account_id", "region", "resource_id"]
Entities = Callable[[str], pl.LazyFrame]
"""A dataset of the snapshot by its name."""
TagsOf = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""The tags of a finding's resource."""


def not_counted(exemption: Exemption, policy: ChangePolicy, now: datetime) -> str | None:
    """Why an exemption does not count at `now`; None when it does."""
    if exemption.expires is None:
        return "it has no last day (expires)"
    if now.astimezone(UTC).date() > exemption.expires:
        return f"it ended with {exemption.expires}"
    if exemption.approver not in {name for names in policy.approvers.values() for name in names}:
        return f"its approver {plain(exemption.approver, 40)} is in no group of approvers"
    if exemption.approver == exemption.owner and not policy.sign_off.requester_may_approve:
        return "its owner approved it, and policy wants somebody else's approval"
    return None


def covering(policy: ChangePolicy, one: Subject, now: datetime) -> int | None:
    """The place (from 0) of the first exemption that counts and covers this; None: it is not exempt."""
    fits = (n for n, exemption in enumerate(policy.exemptions) if exemption.match.fits(one))
    return next((n for n in fits if not_counted(policy.exemptions[n], policy, now) is None), None)


def of_change(policy: ChangePolicy, change: Change, now: datetime) -> str | None:
    """Why a change is not to be made: what found its resource is exempt; None when it is not."""
    one = Subject(
        change.check_id,
        change.account_id,
        change.region,
        change.resource_id,
        change.environment,
        change.tags,
    )
    place = covering(policy, one, now)
    return None if place is None else said(policy.exemptions[place])


def of_finding(
    policy: ChangePolicy, finding: Mapping[str, Any], tags_of: TagsOf, now: datetime
) -> int | None:
    """The place of the exemption that covers a finding; None: it is not exempt."""
    if not policy.exemptions:
        return None
    named = {name: finding[name] for name in ("check_id", *PLACE, "environment")}
    return covering(policy, Subject(**named, tags=tags_of(finding)), now)


def said(exemption: Exemption) -> str:
    """What an exemption says for itself, in one line."""
    what = plain(exemption.reason, 200)
    who = f"{plain(exemption.owner, 60)}, approved by {plain(exemption.approver, 60)}"
    return f"exempt until {exemption.expires} ({plain(exemption.ticket, 60)}, {who}): {what}"


def exempt(
    findings: pl.DataFrame, entities: Entities, policy: ChangePolicy, version: str, now: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """FINDINGS with the FAIL rows that an exemption covers turned EXEMPT, and EXEMPTIONS: every exemption
    there is, with how much it covers, or why it does not count."""
    tags_of = tags(findings, entities)
    places = [
        of_finding(policy, row, tags_of, now) if row["status"] == Status.FAIL else None
        for row in findings.iter_rows(named=True)
    ]
    words = [None if place is None else said(policy.exemptions[place]) for place in places]
    why = pl.Series("why", words, pl.String)
    turned = findings.with_columns(why).with_columns(
        status=pl.when(pl.col("why").is_null()).then("status").otherwise(pl.lit(str(Status.EXEMPT))),
        reason=pl
        .when(pl.col("why").is_null())
        .then("reason")
        .otherwise(pl.format("{}. Found: {}", "why", pl.col("reason").fill_null("no reason given"))),
    )
    covered = Counter(places)
    rows = [
        {
            "number": number + 1,
            "covers": plain(one.match, 500),
            **one.model_dump(include={"owner", "reason", "ticket", "approver", "expires"}),
            "not_counted": not_counted(one, policy, now),
            "findings": covered[number],
            "policy_version": version,
        }
        for number, one in enumerate(policy.exemptions)
    ]
    return turned.drop("why"), pl.DataFrame(rows, schema=EXEMPTIONS)


def recount(counts: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Counts per check and status (`check_id`, `status`, `n`) with what `findings` has as EXEMPT taken from
    FAIL."""
    moved = findings.filter(status=Status.EXEMPT).group_by("check_id").agg(pl.len().cast(pl.Int64).alias("n"))
    away = moved.select("check_id", pl.lit(str(Status.FAIL)).alias("status"), -pl.col("n"))
    there = moved.select("check_id", pl.lit(str(Status.EXEMPT)).alias("status"), "n")
    summed = (
        pl
        .concat([counts.select("check_id", "status", "n"), away, there])
        .group_by("check_id", "status")
        .agg(pl.col("n").sum())
    )
    kept = summed.filter((pl.col("n") > 0) | (pl.col("status") == Status.PASS))
    return kept.select("check_id", "status", "n").sort("check_id", "status")


def tags(findings: pl.DataFrame, entities: Entities) -> TagsOf:
    """Looks up the tags of what was found, as the snapshot has them; without any where it has none."""
    found: dict[tuple[Any, ...], dict[str, str]] = {}
    failed = findings.filter(status=Status.FAIL)
    for (kind,), part in failed.group_by("resource_type"):
        frame = entities(str(kind))
        if "tags" in frame.collect_schema():
            rows = frame.filter(pl.col("resource_id").is_in(part["resource_id"].implode()))
            found |= {
                (kind, *row[:-1]): _as_dict(row[-1]) for row in rows.select(*PLACE, "tags").collect().rows()
            }
    return lambda one: found.get(tuple(one[name] for name in ("resource_type", *PLACE)), {})


def _as_dict(listed: Iterable[Mapping[str, str | None]] | None) -> dict[str, str]:
    return {str(tag["key"]): tag["value"] or "" for tag in listed or ()}

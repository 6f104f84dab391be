"""Findings into stored plans: one per autonomy level, each change with its live before-image.

Nothing is left out silently: every FAIL with an action ends in a plan, in a change's `also_found`, or in
`left_out` with the reason. Planning again in the same run (a retried task) gives the same plans.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

import polars as pl

from include.change import evidence, exemptions, rivals, spent
from include.change._types import ActionFor, ClientFor, known_action
from include.change.decision import decide
from include.change.drafts import Refused, draft
from include.change.limits import cut
from include.change.overlaps import Finding, by_resource
from include.change.storing import LeftOut, Planned, store_plans
from include.core.changes import Change, ChangePlan, Level
from include.core.findings import FINDINGS, Status
from include.ledger import Ledger
from include.policies.change import ChangePolicy, change_policy
from include.policies.limits import Limits

LEVELS: tuple[Level, ...] = ("auto", "sign_off", "two_person")


def plan_changes(
    ledger: Ledger,
    findings: pl.DataFrame,
    entities: Callable[[str], pl.LazyFrame],
    *,
    domain: str,
    snapshot_id: str,
    as_of: datetime,
    clients: ClientFor,
    requester: str | None,
    dag_id: str,
    run_id: str,
    now: datetime,
    action: ActionFor = known_action,
    beside: pl.DataFrame | None = None,
) -> Planned:
    """Plan and store what `findings` (FINDINGS) ask for. `clients` use the read role; `entities` gives a
    dataset of the snapshot, for the share-of-a-fleet limit; `beside` are other domains' fresh FINDINGS. One
    run plans at a time, so that each sees the others' plans. PolicyError: the policy is broken, nothing is
    planned. LedgerUnavailable: nothing is stored."""
    policy, version = change_policy()
    tags = exemptions.tags(findings, entities)
    wanted, exempt = _wanted(findings, policy, tags, now)
    changes, found, left_out = _drafts(wanted, policy, domain, clients, action)
    tagged = [c.model_copy(update={"tags": dict(tags(found[c.change_id]))}) for c in changes]
    changes = _with_fleets(tagged, entities)
    groups = entities("autoscaling_groups").collect()
    left_out += [one for one in exempt if one.finding["status"] == Status.FAIL]
    head = {
        "domain": domain,
        "snapshot_id": snapshot_id,
        "as_of": as_of,
        "run": f"{dag_id}/{run_id}",
        "requester": requester,
        "policy_version": version,
    }
    with rivals.planning_alone(ledger) as session:
        against = evidence.outdated(session, changes, found, as_of)
        against |= rivals.in_plans(session, changes, domain, groups, now)
        against |= rivals.in_findings(changes, domain, FINDINGS.to_frame() if beside is None else beside)
        free = [change for change in changes if change.change_id not in against]
        kept, over = _within_limits(ledger, free, policy.limits, now)
        over += [(change, against[change.change_id]) for change in changes if change.change_id in against]
        left_out += [LeftOut(found[change.change_id], why) for change, why in over]
        made = _by_level(kept, policy, domain, head)
        store_plans(
            ledger, made, left_out, version, exempt, origin="planned", dag_id=dag_id, run_id=run_id, now=now
        )
    return Planned(made, left_out)


def _wanted(
    findings: pl.DataFrame, policy: ChangePolicy, tags: exemptions.TagsOf, now: datetime
) -> tuple[list[Finding], list[LeftOut]]:
    """Findings that ask for a change, and those that are exempt: judged so, or covered since."""
    wanted: list[Finding] = []
    exempt: list[LeftOut] = []
    for finding in findings.iter_rows(named=True):
        place = (
            exemptions.of_finding(policy, finding, tags, now) if finding["status"] == Status.FAIL else None
        )
        if place is not None:
            exempt.append(LeftOut(finding, exemptions.said(policy.exemptions[place])))
        elif finding["status"] == Status.EXEMPT:
            exempt.append(LeftOut(finding, finding["reason"]))
        elif finding["status"] == Status.FAIL and finding["action"] is not None:
            wanted.append(finding)
    return wanted, exempt


def _drafts(
    wanted: Iterable[Finding], policy: ChangePolicy, domain: str, clients: ClientFor, action: ActionFor
) -> tuple[list[Change], dict[str, Finding], list[LeftOut]]:
    """Per resource the best finding that policy and live state allow; the others are listed in it."""
    changes: list[Change] = []
    found: dict[str, Finding] = {}
    left_out: list[LeftOut] = []
    for _, candidates in by_resource(wanted):
        for place, finding in enumerate(candidates):
            change = _allowed(draft(finding, clients=clients, action=action), policy, domain)
            if isinstance(change, Refused):
                left_out.append(LeftOut(finding, change.why))
                continue
            others = tuple(other["check_id"] for other in candidates[place + 1 :])
            changes.append(change.model_copy(update={"also_found": others}))
            found[change.change_id] = finding
            break
    return changes, found, left_out


def _allowed(drafted: Change | Refused, policy: ChangePolicy, domain: str) -> Change | Refused:
    if isinstance(drafted, Refused):
        return drafted
    decision = decide(policy, drafted, domain)
    return Refused(f"forbidden by {decision.why}") if decision.level == "forbid" else drafted


def _by_level(
    kept: list[Change], policy: ChangePolicy, domain: str, head: dict[str, object]
) -> list[ChangePlan]:
    levels = {change.change_id: decide(policy, change, domain).level for change in kept}
    groups = {level: tuple(c for c in kept if levels[c.change_id] == level) for level in LEVELS}
    return [
        ChangePlan.model_validate({**head, "level": level, "changes": changes})
        for level, changes in groups.items()
        if changes
    ]


def _with_fleets(changes: list[Change], entities: Callable[[str], pl.LazyFrame]) -> list[Change]:
    """Each change with the size of its fleet, so that a claim can judge its share without the lake."""

    @cache
    def sizes(dataset: str) -> dict[tuple[str, str], int]:
        counted = entities(dataset).group_by("account_id", "region").len().collect()
        return {(account, region): size for account, region, size in counted.rows()}

    return [
        change.model_copy(
            update={"fleet_size": sizes(change.resource_type).get((change.account_id, change.region))}
        )
        for change in changes
    ]


def _within_limits(
    ledger: Ledger, changes: list[Change], policy: Limits, now: datetime
) -> tuple[list[Change], list[tuple[Change, str]]]:
    """What may be planned, and the rest with the reason: cooling down, or over a limit of run or day."""
    with ledger.transaction() as session:
        cooled = spent.cooling(session, changes, policy.cooldown_hours, now)
        today = spent.day(session, now)
    kept, over = cut([c for c in changes if c.change_id not in cooled], policy, today)
    if over and policy.over == "refuse":
        first = over[0][1]
        over += [(change, f"the whole plan is refused, for one of it is {first}") for change in kept]
        kept = []
    return kept, [(c, cooled[c.change_id]) for c in changes if c.change_id in cooled] + over

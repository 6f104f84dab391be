"""Carrying out one claimed change: precondition, act, read back; after a crash, live state decides."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from include.change._types import AWS_ERRORS, ActionFor, ClientFor, error_code, no_answer
from include.change.claim import Claim
from include.change.text import differences, plain
from include.core.actions import Action
from include.core.changes import Change, State
from include.core.errors import ActionRefused, WatchkeeperError


@dataclass(frozen=True)
class Outcome:
    """What became of a change. `live`: the state read last, when one was read."""

    state: str
    reason: str | None = None
    error_code: str | None = None
    result: State | None = None
    live: State | None = None
    live_read: bool = False
    recovered: bool = field(default=False)


def carry_out(claim: Claim, *, clients: ClientFor, action: ActionFor) -> Outcome:
    """Do what was claimed. AWS's refusals are outcomes; anything unexpected propagates and leaves the claim,
    so that a retry settles it from live state."""
    change = claim.change
    try:
        doing = action(change.action)
        client = clients(change.account_id, change.region, doing.service(change.params))
        live = doing.read(client, change.resource_id, change.params)
    except (*AWS_ERRORS, WatchkeeperError) as error:
        return _unreadable(claim, error)
    if claim.resumed:
        return _resume(claim, doing, client, live)
    if live != change.before:
        return Outcome("stale", f"since planning: {_drift(change, live)}", live=live, live_read=True)
    return _act(claim, doing, client)


def _resume(claim: Claim, doing: Action, client: Any, live: State | None) -> Outcome:
    """Another worker wrote the intent and died: done, to do, halfway, or for a human to look at."""
    change = claim.change
    untouched = live == change.before
    ours = live == change.after or untouched or _halfway(doing, change, live)
    if claim.refused and live != change.after:
        state = "skipped" if untouched else "unknown"
        return Outcome(state, f"{claim.refused}; {_drift(change, live)}", live=live, live_read=True)
    if not ours:
        return Outcome(
            "unknown",
            f"a worker died at it, and its live state is neither before nor after: {_drift(change, live)}",
            live=live,
            live_read=True,
        )
    return _act(claim, doing, client)


def _act(claim: Claim, doing: Action, client: Any, *, tries: int = 2) -> Outcome:
    """Act (idempotent by token) and read back; an error is settled by what is there now.

    After no answer at all, act is asked once more: what is only beginning to show would read as not done.
    """
    change = claim.change
    try:
        result = doing.act(client, change.resource_id, change.params, before=change.before, token=claim.token)
        live = doing.read(client, change.resource_id, change.params)
    except (*AWS_ERRORS, ActionRefused) as error:
        if no_answer(error) and tries > 1:
            return _act(claim, doing, client, tries=tries - 1)
        return _after_error(claim, doing, client, error)
    if live == change.after:
        return Outcome("applied", result=result, live=live, live_read=True, recovered=claim.resumed)
    why = f"acted, yet read back: {differences(change.after, live)}"
    return Outcome("unknown", plain(why, 500), result=result, live=live, live_read=True)


def _after_error(claim: Claim, doing: Action, client: Any, error: Exception) -> Outcome:
    """AWS refused, or did not answer: what is there now tells."""
    change = claim.change
    code, said = error_code(error), plain(error, 300)
    try:
        live = doing.read(client, change.resource_id, change.params)
    except AWS_ERRORS as unread:
        why = f"{said}; and then its live state could not be read: {error_code(unread)}"
        return Outcome("unknown", why, code)
    if live == change.before:
        return Outcome("failed", said, code, live=live, live_read=True)
    if live == change.after:
        return _done_despite(claim, doing, client, code, live)
    answered = isinstance(error, ClientError | ActionRefused)
    state = "failed" if answered and _halfway(doing, change, live) else "unknown"
    why = plain(f"{said}; left as {differences(change.before, live)}", 500)
    return Outcome(state, why, code, live=live, live_read=True)


def _done_despite(claim: Claim, doing: Action, client: Any, code: str, live: State | None) -> Outcome:
    """The error came after the effect: a second call changes nothing and returns what the inverse needs."""
    change = claim.change
    try:
        result = doing.act(client, change.resource_id, change.params, before=change.before, token=claim.token)
    except (*AWS_ERRORS, ActionRefused) as error:
        why = f"done, although AWS answered {code}; what its way back needs is lost: {error_code(error)}"
        return Outcome("applied", why, code, result={}, live=live, live_read=True, recovered=True)
    why = f"done, although AWS answered {code}"
    return Outcome("applied", why, code, result=result, live=live, live_read=True, recovered=True)


def _halfway(doing: Action, change: Change, live: State | None) -> bool:
    return live is not None and doing.halfway(live, change.before, change.params)


def _unreadable(claim: Claim, error: Exception) -> Outcome:
    """Nothing was done by this worker; by the one before it, nobody knows."""
    code, said = error_code(error), plain(error, 300)
    if claim.resumed:
        return Outcome("unknown", f"a worker died at it, and its live state cannot be read: {said}", code)
    return Outcome("failed", f"its live state cannot be read: {said}", code)


def _drift(change: Change, live: State | None) -> str:
    if live == change.after:
        return "it is already as this change would make it"
    return plain(differences(change.before, live), 400)

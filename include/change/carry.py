"""Carrying out one claimed change: precondition, act, read back; after a crash, live state decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from include.change._types import AWS_ERRORS, ActionFor, ClientFor, error_code, no_answer
from include.change.claim import Claim
from include.change.patience import Patience, throttled
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


@dataclass(frozen=True)
class _Work:
    """One claimed change with all that carrying it out takes."""

    claim: Claim
    doing: Action
    client: Any
    patience: Patience
    still_allowed: Callable[[], str | None]

    @property
    def change(self) -> Change:
        return self.claim.change

    def read(self) -> State | None:
        return self.doing.read(self.client, self.change.resource_id, self.change.params)

    def act(self) -> State:
        change, token = self.change, self.claim.token
        return self.doing.act(
            self.client, change.resource_id, change.params, before=change.before, token=token
        )


def carry_out(
    claim: Claim,
    *,
    clients: ClientFor,
    action: ActionFor,
    patience: Patience,
    still_allowed: Callable[[], str | None],
) -> Outcome:
    """Do what was claimed. AWS's refusals are outcomes; anything unexpected propagates and leaves the claim,
    so that a retry settles it from live state.

    Throttling is waited out with `patience`; after a wait `still_allowed` (None, or why not) is asked anew.
    """
    change = claim.change
    try:
        doing = action(change.action)
        client = clients(change.account_id, change.region, doing.service(change.params))
        work = _Work(claim, doing, client, patience, still_allowed)
        live = patience.ask(work.read)
    except (*AWS_ERRORS, WatchkeeperError) as error:
        return _unreadable(claim, error)
    if claim.resumed:
        return _go_on(work, live, claim.refused, "a worker died at it")
    if live != change.before:
        return Outcome("stale", f"since planning: {_drift(change, live)}", live=live, live_read=True)
    refused = still_allowed() if patience.used else None
    if refused:
        return Outcome("skipped", refused, live=live, live_read=True)
    return _act(work)


def _go_on(work: _Work, live: State | None, refused: str | None, why: str) -> Outcome:
    """The intent was written and perhaps begun: done, to do, halfway, or for a human to look at."""
    change = work.change
    untouched = live == change.before
    ours = live == change.after or untouched or _halfway(work.doing, change, live)
    if refused and live != change.after:
        state = "skipped" if untouched else "unknown"
        return Outcome(state, f"{refused}; {_drift(change, live)}", live=live, live_read=True)
    if not ours:
        return Outcome(
            "unknown",
            f"{why}, and its live state is neither before nor after: {_drift(change, live)}",
            live=live,
            live_read=True,
        )
    return _act(work)


def _act(work: _Work, *, tries: int = 2) -> Outcome:
    """Act (idempotent by token) and read back; an error is settled by what is there now.

    After no answer at all, act is asked once more: what is only beginning to show would read as not done.
    """
    try:
        result = work.act()
        live = work.patience.ask(work.read)
    except (*AWS_ERRORS, ActionRefused) as error:
        if work.patience.wait(error):
            return _after_throttling(work)
        if no_answer(error) and not throttled(error) and tries > 1:
            return _act(work, tries=tries - 1)
        return _after_error(work, error)
    if live == work.change.after:
        return Outcome("applied", result=result, live=live, live_read=True, recovered=work.claim.resumed)
    why = f"acted, yet read back: {differences(work.change.after, live)}"
    return Outcome("unknown", plain(why, 500), result=result, live=live, live_read=True)


def _after_throttling(work: _Work) -> Outcome:
    """Time has passed: as after a crash, live state and what is allowed now decide how to go on."""
    why = "AWS throttled it"
    try:
        live = work.patience.ask(work.read)
    except AWS_ERRORS as error:
        said = f"{why}, and its live state cannot be read: {plain(error, 300)}"
        return Outcome("unknown", said, error_code(error))
    return _go_on(work, live, work.still_allowed(), why)


def _after_error(work: _Work, error: Exception) -> Outcome:
    """AWS refused, or did not answer: what is there now tells."""
    change = work.change
    code, said = error_code(error), plain(error, 300)
    try:
        live = work.patience.ask(work.read)
    except AWS_ERRORS as unread:
        why = f"{said}; and then its live state could not be read: {error_code(unread)}"
        return Outcome("unknown", why, code)
    if live == change.before:
        return Outcome("failed", said, code, live=live, live_read=True)
    if live == change.after:
        return _done_despite(work, code, live)
    answered = isinstance(error, ClientError | ActionRefused)
    state = "failed" if answered and _halfway(work.doing, change, live) else "unknown"
    why = plain(f"{said}; left as {differences(change.before, live)}", 500)
    return Outcome(state, why, code, live=live, live_read=True)


def _done_despite(work: _Work, code: str, live: State | None) -> Outcome:
    """The error came after the effect: a second call changes nothing and returns what the inverse needs."""
    try:
        result = work.patience.ask(work.act)
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

"""What the task of `freeze_changes` does."""

from datetime import UTC, datetime, timedelta

from include.flows.logs import table

LONGEST_REASON = 500
LONGEST_HOURS = 2160
"""90 days."""


def set_one(reason: str | None, *, hours: float, owner: str) -> int:
    """Freeze all changes for `hours`; the freeze's id.

    `reason` is kept as one line. WatchkeeperError names the Param that is missing or out of bounds.
    """
    from include.change.text import plain
    from include.core.errors import WatchkeeperError
    from include.ledger import Ledger, freezes

    said = plain(reason or "", LONGEST_REASON)
    if not said:
        raise WatchkeeperError("Param reason: expected a reason why nothing may change now, got none")
    if not 0 < hours <= LONGEST_HOURS:  # false for NaN too
        raise WatchkeeperError(f"Param hours: expected more than 0 and at most {LONGEST_HOURS}, got {hours}")
    now = datetime.now(UTC)
    until = now + timedelta(hours=hours)
    made = freezes.set_freeze(Ledger.from_env(), reason=said, owner=owner, now=now, expires_at=until)
    table(
        "frozen",
        ("freeze", "until", "owner", "reason"),
        [(made, f"{until:%Y-%m-%d %H:%M} UTC", owner, said)],
    )
    return made


def lift_all(*, by: str) -> list[int]:
    """Lift every freeze in force; their ids."""
    from include.ledger import Ledger, freezes, views

    ledger = Ledger.from_env()
    standing = views.overview(ledger).freezes
    for freeze in standing:
        freezes.lift(ledger, freeze.id, by=by, now=datetime.now(UTC))
    table("lifted", ("freeze", "owner", "reason"), [(one.id, one.owner, one.reason) for one in standing])
    return [one.id for one in standing]

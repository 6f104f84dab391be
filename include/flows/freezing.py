"""What the task of `freeze_changes` does."""

from datetime import UTC, datetime, timedelta

from include.flows.logs import table


def set_one(reason: str | None, *, hours: float, owner: str) -> int:
    """Freeze all changes for `hours`; the freeze's id. WatchkeeperError without a reason."""
    from include.ledger import Ledger, freezes

    now = datetime.now(UTC)
    until = now + timedelta(hours=hours)
    made = freezes.set_freeze(Ledger.from_env(), reason=reason or "", owner=owner, now=now, expires_at=until)
    table(
        "frozen",
        ("freeze", "until", "owner", "reason"),
        [(made, f"{until:%Y-%m-%d %H:%M} UTC", owner, reason)],
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
